import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrainingError } from './errors.ts';
import { constant, cosine, scheduleFactor } from './schedule.ts';

const factors = (schedule: Parameters<typeof scheduleFactor>[0], steps: number) =>
  Array.from({ length: steps }, (_, index) => scheduleFactor(schedule, index + 1, steps));

describe('scheduleFactor', () => {
  it('warms up linearly, then holds', () => {
    expect(factors(constant({ warmup: 4 }), 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    expect(factors(constant(), 2)).toEqual([1, 1]);
  });

  it('warms up linearly, then falls along half a cosine', () => {
    const half = Math.SQRT1_2;
    const expected = [0.5, 1, 1, (1 + half) / 2, 0.5, (1 - half) / 2];
    for (const [index, factor] of factors(cosine({ warmup: 2 }), 6).entries()) {
      expect(factor).toBeCloseTo(expected[index]!, 12);
    }
  });

  it('stays in (0, 1] for every step of every run', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: 1, max: 100 }), fc.boolean(), (warmup, steps, falls) => {
        const schedule = falls ? cosine({ warmup }) : constant({ warmup });
        for (const factor of factors(schedule, steps)) {
          expect(factor).toBeGreaterThan(0);
          expect(factor).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('refuses a negative warm-up', () => {
    expect(() => cosine({ warmup: -1 })).toThrow(TrainingError);
  });
});
