/** The life of a block: allocated as event `start`, freed as event `end` (Infinity: it outlives the step). */
export interface Lifetime {
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
}

export interface Plan {
  /** Of each lifetime, in bytes from the start of the arena. */
  readonly offsets: readonly number[];
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
  const order = lifetimes.map((life, index) => ({ life, index }));
  order.sort((a, b) => blockSize(b.life.bytes) - blockSize(a.life.bytes) || a.life.start - b.life.start);
  for (const { life, index } of order) {
    const size = blockSize(life.bytes);
    const from = smallestGap(placed, life, size);
    offsets[index] = from;
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

/** A tensor that stays as it is. */
export interface FixedBlock {
  readonly block: number;
  readonly bytes: Uint8Array;
}

/**
 * `planArena` for a step with constants: those stay in place from replay to replay, so nothing shares their memory, except that
 * constants of one repeated word (zeros, ones: tfjs makes many) lie in one region, each 16 bytes after the last.
 */
export function planStep(lifetimes: readonly Lifetime[], constants: readonly FixedBlock[]): Plan {
  const constantAt = new Map(constants.map(({ block, bytes }) => [block, bytes]));
  const regions: Lifetime[] = [];
  const uniform = new Map<number, { region: number; count: number }>();
  const placeAt = lifetimes.map((life, block) => {
    const constant = constantAt.get(block);
    if (constant === undefined) return { region: regions.push(life) - 1, offset: 0 };
    const word = repeatedWord(constant);
    const known = word === undefined ? undefined : uniform.get(word);
    const offset = known === undefined ? 0 : 16 * known.count++;
    const region = known?.region ?? regions.push({ bytes: 0, start: -1, end: Number.POSITIVE_INFINITY }) - 1;
    regions[region] = { ...regions[region]!, bytes: Math.max(regions[region]!.bytes, offset + life.bytes) };
    if (word !== undefined && known === undefined) uniform.set(word, { region, count: 1 });
    return { region, offset };
  });
  const { offsets, bytes } = planArena(regions);
  return { offsets: placeAt.map(({ region, offset }) => offsets[region]! + offset), bytes };
}

/** The 4-byte word that a tensor consists of, if it is only one. */
function repeatedWord(bytes: Uint8Array): number | undefined {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return words.every((word) => word === words[0]) ? words[0] : undefined;
}
