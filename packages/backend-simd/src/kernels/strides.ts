/** A broadcast of two tensors over at most four dimensions: sizes, and element strides of each (0 where it repeats). */
export interface Broadcast {
  readonly sizes: readonly [number, number, number, number];
  readonly a: readonly [number, number, number, number];
  readonly b: readonly [number, number, number, number];
}

type Four = [number, number, number, number];

/** Element strides of a row-major tensor of `shape`, aligned to the right of `rank` dimensions; 0 where it has size 1 or no dimension. */
function broadcastStrides(shape: readonly number[], rank: number): number[] {
  const strides = new Array<number>(rank).fill(0);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i]!;
    strides[rank - shape.length + i] = size === 1 ? 0 : stride;
    stride *= size;
  }
  return strides;
}

/**
 * Fuses neighbouring dimensions that both operands step through alike, dropping those of size 1. Right-aligned to four with sizes 1.
 *
 * @returns undefined when more than four dimensions remain
 */
export function fuse(
  sizes: readonly number[],
  aStrides: readonly number[],
  bStrides: readonly number[],
): Broadcast | undefined {
  const size: Four = [1, 1, 1, 1];
  const a: Four = [0, 0, 0, 0];
  const b: Four = [0, 0, 0, 0];
  let at = 4;
  for (let i = sizes.length - 1; i >= 0; i--) {
    const n = sizes[i]!;
    if (n === 1) continue;
    if (at < 4 && aStrides[i] === a[at]! * size[at]! && bStrides[i] === b[at]! * size[at]!) {
      size[at]! *= n;
      continue;
    }
    if (at === 0) return undefined;
    at--;
    size[at] = n;
    a[at] = aStrides[i]!;
    b[at] = bStrides[i]!;
  }
  return { sizes: size, a, b };
}

/** How to run over `shape` with operands of shapes `a` and `b` that broadcast to it. */
export function broadcast(shape: readonly number[], a: readonly number[], b: readonly number[]): Broadcast | undefined {
  return fuse(shape, broadcastStrides(a, shape.length), broadcastStrides(b, shape.length));
}
