/** Edit distance with insertions, deletions, substitutions and swaps of neighbours, each at cost 1. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let best = Math.min(last[column]! + 1, current[column - 1]! + 1, substitution);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, beforeLast[column - 2]! + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}

/** The candidate closest to what was typed, or undefined when none is close enough to be meant (a third of it wrong). */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  const needle = typed.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(needle, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.ceil(needle.length / 3)) ? best.candidate : undefined;
}

/** `: did you mean X?`, or nothing. */
export function suggestion(typed: string, candidates: readonly string[]): string {
  const match = nearest(typed, candidates);
  return match === undefined ? '' : `: did you mean ${match}?`;
}
