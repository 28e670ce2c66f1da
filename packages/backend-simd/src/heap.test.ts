import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeap } from './heap.ts';

const createMemory = (maximum = 1024) => new WebAssembly.Memory({ initial: 1, maximum, shared: true });
const what = () => 'a test block';

test('blocks are aligned, inside the memory, disjoint, and merge back into one when all are freed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ bytes: fc.oneof(fc.nat(300), fc.nat(200_000)), free: fc.nat() }), { maxLength: 200 }),
      (actions) => {
        const heap = createHeap(createMemory(), 64);
        const live: { address: number; bytes: number }[] = [];
        for (const { bytes, free } of actions) {
          if (free % 3 === 0 && live.length > 0) {
            heap.free(live.splice(free % live.length, 1)[0]!.address);
          } else {
            const address = heap.allocate(bytes, what);
            expect(address % 16).toBe(0);
            expect(address).toBeGreaterThanOrEqual(64);
            expect(address + bytes + 64).toBeLessThanOrEqual(heap.buffer.byteLength);
            for (const other of live) {
              expect(address + bytes <= other.address || other.address + other.bytes <= address).toBe(true);
            }
            live.push({ address, bytes });
          }
        }
        for (const { address } of live) heap.free(address);
        expect(heap.bytesUsed).toBe(0);
        // One free block again: nearly all of the memory can be had at once without growing.
        const size = heap.buffer.byteLength;
        if (size > 70_000) {
          heap.allocate(Math.floor((size - 1024) * 0.93), what);
          expect(heap.buffer.byteLength).toBe(size);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('allocating and freeing in a loop does not grow the memory', () => {
  const heap = createHeap(createMemory(), 64);
  const sizes = [100, 5_000, 81_920, 655_360, 12];
  let size = 0;
  for (let round = 0; round < 2_000; round++) {
    const blocks = sizes.map((bytes) => heap.allocate(bytes + (round % 7), what));
    if (round === 10) size = heap.buffer.byteLength;
    for (const block of blocks) heap.free(block);
  }
  expect(heap.buffer.byteLength).toBe(size);
});

test('growing keeps what is there; running out names the wish and the sizes', () => {
  const heap = createHeap(createMemory(300), 64);
  const first = heap.allocate(4, what);
  new Float32Array(heap.buffer, first, 1)[0] = 42;
  heap.allocate(9 * 2 ** 20, what);
  expect(new Float32Array(heap.buffer, first, 1)[0]).toBe(42);
  expect(() => heap.allocate(64 * 2 ** 20, () => 'float32 [4096, 4096]')).toThrow(
    /No room for float32 \[4096, 4096\]: it needs 64\.0 MiB, 9\.0 MiB are in use/,
  );
});

test('addresses beyond 2 GiB work', () => {
  const heap = createHeap(createMemory(65_536), 64);
  const blocks = Array.from({ length: 5 }, () => heap.allocate(600 * 2 ** 20, what));
  expect(Math.max(...blocks)).toBeGreaterThan(2 ** 31);
  for (const block of blocks) new Int32Array(heap.buffer, block, 1)[0] = block & 0x7fffffff;
  for (const block of blocks) expect(new Int32Array(heap.buffer, block, 1)[0]).toBe(block & 0x7fffffff);
  for (const block of blocks) heap.free(block);
  expect(heap.bytesUsed).toBe(0);
  expect(() => heap.allocate(5 * 2 ** 30, what)).toThrow(/No room/);
});
