import type { SimdBackend } from '../backend.ts';

/** Elements and rows of a block, at least: some 10 µs of work, and sums that are short beside what they sum. */
const BLOCK_ELEMENTS = 16_384;
const BLOCK_ROWS = 16;
const MOST_BLOCKS = 64;

/**
 * Sums over rows that a kernel makes beside its other work: `run(blocks, addresses)` leaves one sum for each block of rows at each of the
 * addresses, [blocks, width]; they are added in their order. How many blocks depends on the sizes alone.
 *
 * @param outputs addresses of the sums, [width]
 */
export function partialSums(
  backend: SimdBackend,
  rows: number,
  width: number,
  outputs: readonly number[],
  run: (blocks: number, addresses: readonly number[]) => void,
): void {
  const most = Math.min(MOST_BLOCKS, Math.floor((rows * width) / BLOCK_ELEMENTS), Math.floor(rows / BLOCK_ROWS));
  const blocks = most - (most % 2); // two threads have the same to do
  if (blocks < 2) {
    run(1, outputs);
    return;
  }
  const sums = outputs.map(() => backend.output([blocks, width], 'float32'));
  const addresses = sums.map((sum) => backend.entry(sum).address);
  run(blocks, addresses);
  addresses.forEach((from, i) => {
    backend.wasm.reduceSum(from, outputs[i]!, 1, blocks, width, 1);
  });
  for (const sum of sums) backend.disposeIntermediateTensorInfo(sum);
}
