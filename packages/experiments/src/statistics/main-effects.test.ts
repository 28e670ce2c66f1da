import { createStream } from '@switchyard/random';
import { expect, test } from 'vitest';
import { type DesignPoint, mainEffects } from './main-effects.ts';

/** All combinations of some factors, measured by a formula. */
function full<F extends Record<string, readonly (string | number | boolean)[]>>(
  factors: F,
  measure: (levels: { [K in keyof F]: F[K][number] }, index: number) => number,
): DesignPoint[] {
  const combinations = Object.entries(factors).reduce<Record<string, string | number | boolean>[]>(
    (partial, [name, levels]) => partial.flatMap((before) => levels.map((level) => ({ ...before, [name]: level }))),
    [{}],
  );
  return combinations.map((levels, index) => ({
    factors: levels,
    value: measure(levels as { [K in keyof F]: F[K][number] }, index),
  }));
}

const effectsOf = (points: readonly DesignPoint[], factor: string) =>
  mainEffects(points)
    .factors.find((found) => found.factor === factor)!
    .levels.map(({ level, effect }) => [level, Number(effect.toFixed(9))]);

test('by hand: a 2 × 2 design', () => {
  const points = full({ a: [0, 1], b: ['x', 'y'] }, ({ a, b }) => 10 + 4 * a + (b === 'y' ? 1 : 0));
  expect(mainEffects(points).middle).toBeCloseTo(12.5, 12);
  expect(effectsOf(points, 'a')).toEqual([
    [0, -2],
    [1, 2],
  ]);
  expect(effectsOf(points, 'b')).toEqual([
    ['x', -0.5],
    ['y', 0.5],
  ]);
  expect(mainEffects(points).factors.map(({ factor, spread }) => [factor, Number(spread.toFixed(9))])).toEqual([
    ['a', 4],
    ['b', 1],
  ]);
});

test('the interval of a two-level factor is that of the two-sample t test', () => {
  const group = (name: string, values: number[]) => values.map((value) => ({ factors: { group: name }, value }));
  const { factors, freedom, residual } = mainEffects([...group('a', [1, 2, 3]), ...group('b', [5, 7])]);
  // scipy 1.17.1: ttest_ind([5, 7], [1, 2, 3]).confidence_interval() is 4 ± 3.3543..., half of it for an effect.
  expect(freedom).toBe(3);
  expect(residual).toBeCloseTo(Math.sqrt(4 / 3), 12);
  const b = factors[0]!.levels[1]!;
  expect(b.effect).toBeCloseTo(2, 12);
  const reach = (3.182446305284263 * Math.sqrt(4 / 3) * Math.sqrt(1 / 3 + 1 / 2)) / 2;
  expect(b.upper - b.effect).toBeCloseTo(reach, 9);
});

test('an unbalanced design: least squares keeps factors apart where marginal means mix them', () => {
  // Most points with a = 1 have b = 1, so that the marginal means of a hold part of the effect of b.
  const at = (a: number, b: number) => ({ factors: { a, b }, value: a + 10 * b });
  const points = [at(0, 0), at(0, 0), at(0, 1), at(1, 0), at(1, 1), at(1, 1)];
  expect(effectsOf(points, 'a')).toEqual([
    [0, -0.5],
    [1, 0.5],
  ]);
});

test('a half fraction: factors tied together are named, the others still estimated', () => {
  const points = full({ a: [-1, 1], b: [-1, 1] }, ({ a }) => a).map(({ factors, value }) => ({
    factors: { ...factors, twin: Number(factors.a) > 0 },
    value,
  }));
  const { aliased, factors } = mainEffects(points);
  expect(aliased).toEqual(['twin']);
  expect(factors.map(({ factor }) => factor)).toEqual(['a', 'b']);
});

test('a saturated design has effects but no intervals, a constant factor none', () => {
  const { factors, freedom } = mainEffects([
    { factors: { a: 0, constant: 1 }, value: 3 },
    { factors: { a: 1, constant: 1 }, value: 5 },
  ]);
  expect(freedom).toBe(0);
  expect(factors).toHaveLength(1);
  expect(factors[0]!.levels.map(({ effect }) => effect)).toEqual([-1, 1]);
  expect(factors[0]!.levels[0]!.lower).toBeNaN();
});

test('the intervals hold true effects of 3 × 2 × 2 designs in 95 % of simulations', () => {
  const stream = createStream('main effects');
  let covered = 0;
  const simulations = 1000;
  for (let k = 0; k < simulations; k++) {
    const noise = stream.fill(new Float32Array(12), 'normal');
    const points = full({ a: [1, 2, 6], b: [0, 1], c: [0, 1] }, ({ a, b }, index) => a + b + noise[index]!);
    const middle = mainEffects(points).factors.find(({ factor }) => factor === 'a')!.levels[1]!;
    if (middle.lower <= -1 && middle.upper >= -1) covered++;
  }
  expect(Math.abs(covered / simulations - 0.95)).toBeLessThan(0.02);
});
