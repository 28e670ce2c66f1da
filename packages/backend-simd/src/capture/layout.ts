import { planArena } from './plan.ts';
import type { Constant, Location, Operation } from './trace.ts';

interface Region {
  bytes: number;
  start: number;
  end: number;
}

/** Where the blocks of a recording lie in its arena. */
export interface Layout {
  readonly bytes: number;
  /** Bytes from the start of the arena; undefined for blocks that no operation names. */
  offsetOf(block: number): number | undefined;
}

/**
 * Lays out the arena of a recording. A block lives from the first operation that names it to the last, which is shorter than its tensor
 * lives: tfjs disposes most of what a gradient needs only at its end.
 *
 * @param sizes of the blocks, in bytes
 * @param lasting what is read after the last operation
 * @param constants share their memory with no other block, but those of one repeated word (zeros, ones) share it with each other
 */
export function layOut(
  operations: readonly Operation[],
  sizes: readonly number[],
  lasting: readonly Location[],
  constants: readonly Constant[],
): Layout {
  const constantAt = new Map(constants.map(({ block, bytes }) => [block, bytes]));
  const regions = new Map<number, Region>();
  const uniform = new Map<number, Region>();
  const regionOf = (block: number, start: number): Region => {
    const bytes = constantAt.get(block);
    if (bytes === undefined) return { bytes: sizes[block]!, start, end: start };
    const word = repeatedWord(bytes);
    const shared = word === undefined ? undefined : uniform.get(word);
    const region = shared ?? { bytes: 0, start: -1, end: Number.POSITIVE_INFINITY };
    region.bytes = Math.max(region.bytes, bytes.length);
    if (word !== undefined) uniform.set(word, region);
    return region;
  };
  const use = ({ within }: Location, from: number, to: number) => {
    if (within === undefined) return;
    const region = regions.get(within.block) ?? regionOf(within.block, from);
    region.end = Math.max(region.end, to);
    regions.set(within.block, region);
  };
  for (const [at, operation] of operations.entries()) {
    for (const location of locationsOf(operation)) use(location, at, at + 1);
  }
  for (const location of lasting) use(location, operations.length, Number.POSITIVE_INFINITY);

  const distinct = [...new Set(regions.values())];
  const { offsets, bytes } = planArena(distinct);
  const offsetOf = new Map(distinct.map((region, i) => [region, offsets[i]!]));
  return { bytes, offsetOf: (block) => offsetOf.get(regions.get(block)!) };
}

function locationsOf({ calls, host }: Operation): Location[] {
  if (host === undefined) return calls.flatMap((call) => call.locations);
  return [...Object.values(host.inputs), ...host.outputs].filter((place) => place !== undefined);
}

/** The 4-byte word that a tensor consists of, if it is only one. */
function repeatedWord(bytes: Uint8Array): number | undefined {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return words.every((word) => word === words[0]) ? words[0] : undefined;
}
