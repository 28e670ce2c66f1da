import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Lifetime, livePeak, planArena } from './plan.ts';

const lifetimes = fc.array(
  fc
    .record({
      bytes: fc.oneof(fc.nat(64), fc.nat(100_000)),
      start: fc.nat(200),
      length: fc.integer({ min: 1, max: 60 }),
      lasts: fc.nat(9),
    })
    .map(
      ({ bytes, start, length, lasts }): Lifetime => ({
        bytes,
        start,
        end: lasts === 0 ? Number.POSITIVE_INFINITY : start + length,
      }),
    ),
  { maxLength: 120 },
);

test('blocks that are alive together do not overlap, are aligned, and lie inside the arena', () => {
  fc.assert(
    fc.property(lifetimes, (lives) => {
      const { offsets, bytes } = planArena(lives);
      lives.forEach((a, i) => {
        const from = offsets[i]!;
        expect(from % 16).toBe(0);
        expect(from + a.bytes).toBeLessThanOrEqual(bytes);
        lives.forEach((b, j) => {
          if (j >= i || b.end <= a.start || a.end <= b.start) return;
          const apart = from + a.bytes <= offsets[j]! || offsets[j]! + b.bytes <= from;
          if (!apart) expect.fail(`${JSON.stringify(a)} at ${from} overlaps ${JSON.stringify(b)} at ${offsets[j]}`);
        });
      });
      expect(bytes).toBeGreaterThanOrEqual(livePeak(lives));
    }),
  );
});

test('a chain of equal blocks, each alive with the next, takes the room of two', () => {
  const chain = Array.from({ length: 50 }, (_, i) => ({ bytes: 1000, start: i, end: i + 2 }));
  expect(planArena(chain).bytes).toBe(2 * 1008);
  expect(livePeak(chain)).toBe(2 * 1008);
});

test('a small block goes into the smallest gap that holds it', () => {
  const { offsets, bytes } = planArena([
    { bytes: 640, start: 0, end: 10 },
    { bytes: 320, start: 0, end: 2 },
    { bytes: 160, start: 0, end: 10 },
    { bytes: 64, start: 0, end: 2 },
    { bytes: 48, start: 0, end: 10 },
    { bytes: 32, start: 5, end: 8 },
  ]);
  expect(bytes).toBe(640 + 320 + 160 + 64 + 48);
  expect(offsets[5]).toBe(640 + 320 + 160);
});
