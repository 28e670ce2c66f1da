import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRun, sampleStudy } from '../../test/sample-studies.ts';
import { combinations } from '../study/levels.ts';
import { cellsOf, type ReportRow } from './cells.ts';
import { compareCells } from './compare.ts';

const delays = [8, 2, 4];
const eaAndDpa = { a: { attention: 'ea' }, b: { attention: 'dpa' } };
const perDelay = { ...eaAndDpa, each: ['task.delay'] };

interface Setting {
  /** ea − dpa. */
  readonly difference: (delay: number, seed: number, context: string) => number;
  readonly comparisons: readonly object[];
  readonly seeds?: number;
  readonly contexts?: readonly string[];
  readonly exclude?: readonly object[];
  readonly isMissing?: (delay: number, seed: number) => boolean;
}

/** Compares two mechanisms at three delays. Accuracies of dpa fall with the delay. */
function compare({ difference, comparisons, seeds = 8, contexts = ['anchor'], exclude = [], isMissing }: Setting) {
  const study = sampleStudy({
    ...{ name: 'test', claim: 'It works.', seeds, exclude, test: { comparisons } },
    factors: { attention: { dpa: {}, ea: {} }, 'task.delay': delays, 'task.context': contexts },
  });
  const rows = combinations(study).flatMap((factors) =>
    study.seeds.flatMap((seed): ReportRow[] => {
      const delay = Number(factors['task.delay']);
      if (factors.attention === 'ea' && isMissing?.(delay, seed)) return [];
      const more = factors.attention === 'ea' ? difference(delay, seed, String(factors['task.context'])) : 0;
      const { result } = sampleRun(0.6 - delay / 50 + seed / 1000 + more);
      return [{ phase: 'final', factors, seed, status: 'done', attempts: 1, result, curve: () => [] }];
    }),
  );
  return compareCells(study, cellsOf(study, rows));
}

test('at every level: p is the largest of the groups, not corrected within, only over the comparisons', () => {
  // At delay 4 one seed speaks against: 2 of 256 sign assignments are as far.
  const difference = (delay: number, seed: number) => (delay === 4 && seed === 0 ? -0.005 : 0.1 + seed / 100);
  const [alone] = compare({ difference, comparisons: [perDelay] });
  expect(alone).toMatchObject({ p: 2 / 256, corrected: 2 / 256, reachable: 1 / 256, matched: 3, seedsNeeded: 5 });
  expect(alone).toMatchObject({ name: 'EA vs DPA at every level of delay', verdict: 'supported', missing: [] });
  expect(alone!.reason).toBe('p 0.00781 after correction, delay 4 being the weakest of 3');
  expect(alone!.groups.map(({ name, p }) => [name, p])).toEqual([
    ['delay 8', 1 / 256],
    ['delay 2', 1 / 256],
    ['delay 4', 2 / 256],
  ]);
  expect(alone!.difference!.mean).toBeCloseTo((0.135 * 3 - 0.105 / 8) / 3, 9);
  const two = compare({ difference, comparisons: [perDelay, { ...eaAndDpa, direction: 'less' }] });
  expect(two[0]).toMatchObject({ p: 2 / 256, corrected: 4 / 256 });
});

test('of groups with the same p the one with the smallest mean is the weakest', () => {
  const [result] = compare({ difference: (delay) => 0.1 + delay / 100, comparisons: [perDelay] });
  expect(result!.weakest).toMatchObject({ name: 'delay 2', p: 1 / 256 });
});

test('the p of every level equals the largest of comparisons at one level each', () => {
  const differences = fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 18, maxLength: 18 });
  const directions = fc.constantFrom('greater', 'less', 'different', 'similar', 'notLess');
  fc.assert(
    fc.property(differences, directions, (values, direction) => {
      const at = (delay: number) => ({
        a: { attention: 'ea', 'task.delay': delay },
        b: { attention: 'dpa', 'task.delay': delay },
      });
      const rule = { direction, margin: 0.01 };
      const [every, ...single] = compare({
        difference: (delay, seed) => values[delays.indexOf(delay) * 6 + seed]! / 1000,
        comparisons: [{ ...perDelay, ...rule }, ...delays.map((delay) => ({ ...at(delay), ...rule }))],
        seeds: 6,
      });
      expect(every!.p).toBe(Math.max(...single.map(({ p }) => p)));
      expect(every!.groups.map(({ p }) => p)).toEqual(single.map(({ p }) => p));
      expect(every!.weakest!.p).toBe(every!.p);
    }),
    { numRuns: 40 },
  );
});

test('one group against the claim is enough, and is named; a group that lacks a seed leaves it undecided', () => {
  const [against] = compare({
    difference: (delay, seed) => (delay === 8 ? -0.1 : 0.1) + seed / 1000,
    comparisons: [perDelay],
  });
  expect(against).toMatchObject({ verdict: 'not supported', p: 1 });
  expect(against!.reason).toBe(
    'for delay 8 the whole interval, widened for so many groups, speaks against the claim; 2 of 3 hold on their own',
  );
  const [even] = compare({
    difference: (delay, seed) => (delay === 8 ? (seed % 2) / 10 - 0.05 : 0.1 + seed / 1000),
    comparisons: [perDelay],
  });
  expect(even!.verdict).toBe('not supported');
  expect(even!.reason).toMatch(
    /delay 8 being the weakest of 3, mean difference 0\.0 points; 2 of 3 hold on their own$/,
  );
  const [short] = compare({
    difference: () => 0.1,
    comparisons: [perDelay],
    isMissing: (delay, seed) => delay === 2 && seed === 3,
  });
  expect(short).toMatchObject({ verdict: 'undecided', reason: 'missing: seed 3 (delay 2)' });
  expect(short!.differences).toHaveLength(7);
});

test('not less: the difference lies above the negative margin', () => {
  const [near, far, exact] = compare({
    difference: (_, seed) => -0.01 - seed / 1000,
    comparisons: [0.03, 0.005, 0.0135].map((margin) => ({ ...eaAndDpa, direction: 'notLess', margin })),
  });
  expect(near).toMatchObject({ p: 1 / 256, verdict: 'supported' });
  expect(far).toMatchObject({ p: 1, verdict: 'not supported', reason: 'the whole interval speaks against the claim' });
  // Differences −0.010 … −0.017 lie around −0.0135: half of all sign assignments, and those with the same sum.
  expect(exact!.p).toBeGreaterThan(0.5);
});

test('a slope: least squares against the rank of the levels, other factors averaged within a seed', () => {
  const contexts = ['anchor', 'pointer'];
  // Means over the contexts: 0.01, 0.05, 0.03 at ranks 0, 1, 2, and a shift by seed that no slope sees.
  const means: Readonly<Record<number, number>> = { 2: 0.01, 4: 0.05, 8: 0.03 };
  const [slope] = compare({
    difference: (delay, seed, context) => means[delay]! + (context === 'anchor' ? 0.02 : -0.02) + seed / 50,
    comparisons: [{ ...eaAndDpa, slope: 'task.delay' }],
    contexts,
  });
  expect(slope).toMatchObject({ name: 'EA vs DPA, slope along delay', matched: 6, p: 1 / 256, verdict: 'supported' });
  for (const difference of slope!.differences) expect(difference).toBeCloseTo((0.03 - 0.01) / 2, 12);
  // Of a alone: the accuracy of dpa falls by 0.04 and 0.08 along the delays.
  const [own] = compare({
    difference: () => 0,
    comparisons: [{ a: { attention: 'dpa' }, than: 0.5, slope: 'task.delay', direction: 'less' }],
  });
  expect(own!.differences[0]).toBeCloseTo(-0.12 / 2, 12);
  expect(own!.verdict).toBe('supported');
});

test('slopes in groups; where an excluded combination leaves one level there is none', () => {
  const contexts = ['anchor', 'pointer'];
  const difference = (delay: number, _: number, context: string) => (context === 'anchor' ? delay : 2 * delay) / 100;
  const comparisons = [{ ...eaAndDpa, slope: 'task.delay', each: ['task.context'] }];
  const [whole] = compare({ difference, comparisons, contexts });
  expect(whole!.name).toBe('EA vs DPA, slope along delay at every level of context');
  expect(whole!.groups.map((group) => group.difference!.mean)).toEqual([
    expect.closeTo(0.03, 9),
    expect.closeTo(0.06, 9),
  ]);
  const exclude = [{ 'task.context': 'pointer', 'task.delay': [4, 8] }];
  const [cut] = compare({ difference, comparisons, contexts, exclude });
  expect(cut!.verdict).toBe('undecided');
  expect(cut!.reason).toContain('missing: only one level of delay (context pointer), seed 0 (context pointer)');
});

test('shares: a run counts as 1 where its metric reaches the target, a seed as the mean over its runs', () => {
  // dpa: 0.56, 0.52, 0.44 and up to 0.007 more; ea: 0.1 more.
  const [pair, number, never] = compare({
    difference: () => 0.1,
    comparisons: [
      { ...eaAndDpa, reaches: 0.53 },
      { a: { attention: 'dpa' }, than: 0.3, reaches: 0.55 },
      { ...eaAndDpa, reaches: 0.9 },
    ],
  });
  expect(pair).toMatchObject({ name: 'EA vs DPA, share reaching 53 %', corrected: 3 / 256, verdict: 'supported' });
  for (const difference of pair!.differences) expect(difference).toBeCloseTo(1 - 1 / 3, 12);
  expect(pair!.cliffsDelta).toBe(1);
  expect(number!.name).toBe('DPA vs 30.0 %, share reaching 55 %');
  expect(number!.differences[0]).toBeCloseTo(1 / 3 - 0.3, 12);
  expect(never).toMatchObject({ p: 1, verdict: 'not supported' });
});

test('shares of a loss: less is better', () => {
  // loss = 3 (1 − accuracy): dpa 1.32, 1.44, 1.68 and up to 0.021 less.
  const [result] = compare({
    difference: () => 0.1,
    comparisons: [{ ...eaAndDpa, metric: 'loss', reaches: 1.4 }],
  });
  for (const difference of result!.differences) expect(difference).toBeCloseTo(1 - 1 / 3, 12);
});
