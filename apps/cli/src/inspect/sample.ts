import type { SequenceTask } from '@switchyard/tasks';

/** One sequence of a task, window + 1 tokens. */
export interface Sample {
  readonly tokens: Int32Array;
  readonly rules: Int8Array;
  readonly visible: Uint8Array;
}

/** The first so many sequences of a seed. */
function samples(task: SequenceTask, seed: number, window: number, count: number): Sample[] {
  const { tokens, rules, visible } = task.batch({ seed, index: 0, batchSize: count, window });
  return Array.from({ length: count }, (_, row) => {
    const [from, to] = [row * (window + 1), (row + 1) * (window + 1)];
    return { tokens: tokens.slice(from, to), rules: rules.slice(from, to), visible: visible.slice(from, to) };
  });
}

/** How much a sequence shows: rules that the window shows at work, then tokens it shows to follow. */
function interest({ rules, visible }: Sample): number {
  const shown = new Set(rules.filter((_, position) => visible[position] === 1));
  return shown.size + visible.reduce((sum, flag) => sum + flag, 0) / visible.length;
}

/** Sequence number `sequence` of a seed; by default the most telling of the first hundred. */
export function chooseSample(task: SequenceTask, seed: number, window: number, sequence: number | undefined): Sample {
  if (sequence !== undefined) return samples(task, seed, window, sequence + 1)[sequence]!;
  return samples(task, seed, window, 100).reduce((best, next) => (interest(next) > interest(best) ? next : best));
}
