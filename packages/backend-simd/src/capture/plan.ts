/** The life of a block: from `start` on, until before `end` (Infinity: it outlives the step). */
export interface Lifetime {
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
}

export interface Plan {
  /** Of each block, in bytes from the start of the arena. */
  readonly offsets: readonly number[];
  /** Size of the arena. */
  readonly bytes: number;
}

interface Placed {
  readonly from: number;
  readonly to: number;
  readonly life: Lifetime;
}

/** Blocks are multiples of 16 bytes, so that vectors stay aligned. */
export function blockSize(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}

/**
 * Places blocks whose lives are known so that those alive together do not overlap: the largest first, each into the smallest gap that
 * holds it.
 */
export function planArena(lifetimes: readonly Lifetime[]): Plan {
  const placed: Placed[] = []; // by `from`
  const offsets = new Array<number>(lifetimes.length).fill(0);
  let bytes = 0;
  const order = lifetimes.map((life, block) => ({ life, block }));
  order.sort((a, b) => b.life.bytes - a.life.bytes || a.life.start - b.life.start);
  for (const { life, block } of order) {
    const size = blockSize(life.bytes);
    const from = smallestGap(placed, life, size);
    offsets[block] = from;
    bytes = Math.max(bytes, from + size);
    const at = placed.findIndex((other) => other.from >= from);
    placed.splice(at < 0 ? placed.length : at, 0, { from, to: from + size, life });
  }
  return { offsets, bytes };
}

function smallestGap(placed: readonly Placed[], life: Lifetime, size: number): number {
  let best = -1;
  let bestGap = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const other of placed) {
    if (other.life.end <= life.start || life.end <= other.life.start) continue;
    const gap = other.from - end;
    if (gap >= size && gap < bestGap) {
      best = end;
      bestGap = gap;
    }
    end = Math.max(end, other.to);
  }
  return best < 0 ? end : best;
}

/** Bytes of the blocks that are alive together, at most. */
export function livePeak(lifetimes: readonly Lifetime[]): number {
  const changes = lifetimes.flatMap(({ bytes, start, end }) => [
    { at: start, bytes: blockSize(bytes) },
    { at: end, bytes: -blockSize(bytes) },
  ]);
  let live = 0;
  let peak = 0;
  // Nothing dies at infinity.
  for (const change of changes
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at || a.bytes - b.bytes)) {
    live += change.bytes;
    peak = Math.max(peak, live);
  }
  return peak;
}
