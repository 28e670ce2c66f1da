import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { config, exampleResult } from '../../test/examples.ts';
import { readPeerConfigs } from '../step-config.ts';
import { median, quantile, quartiles } from './statistics.ts';
import { judgeTargets, stepResultSchema, summarizeConfig } from './step-result.ts';
import { targets } from './targets.ts';

describe('statistics', () => {
  it('quantiles lie between neighbours, as in R and NumPy', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quartiles([1, 2, 3, 4, 5])).toEqual([2, 4]);
    expect(quartiles([10, 20, 40, 80])).toEqual([17.5, 50]);
    expect(quartiles([7])).toEqual([7, 7]);
  });

  it('quantiles grow with p, from the least value to the greatest', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, p) => {
        expect(quantile(list, 0)).toBe(Math.min(...list));
        expect(quantile(list, 1)).toBe(Math.max(...list));
        expect(quantile(list, p)).toBeGreaterThanOrEqual(quantile(list, p / 2));
      }),
    );
  });
});

describe('summarizeConfig', () => {
  it('divides medians by that of simd, and spreads the ratios within the rounds', () => {
    const { measurements, skipped } = summarizeConfig(
      config,
      new Map([
        ['simd', { parameters: 10, rounds: [2, 4, 3] }],
        ['pytorch-eager', { parameters: 11, rounds: [6, 4, 4.5] }],
        ['tfjs-cpu', { skipped: 'a step takes 34 s' }],
      ]),
    );
    expect(measurements).toEqual({
      simd: { parameters: 10, rounds: [2, 4, 3], median: 3, quartiles: [2.5, 3.5] },
      'pytorch-eager': {
        parameters: 11,
        rounds: [6, 4, 4.5],
        median: 4.5,
        quartiles: [4.25, 5.25],
        ratio: 1.5, // 4.5 / 3
        ratioQuartiles: [1.25, 2.25], // of 3, 1 and 1.5
      },
    });
    expect(skipped).toEqual({ 'tfjs-cpu': 'a step takes 34 s' });
  });
});

describe('targets', () => {
  it('are set for every configuration, by names that exist', () => {
    const names = readPeerConfigs().map(({ name }) => name);
    expect(new Set(targets.map((target) => target.config))).toEqual(new Set(names));
    expect(targets).toHaveLength(4 * names.length);
  });

  it('are reached by a ratio at least as high; what was not measured is not judged', () => {
    const rounds = (ms: number) => ({ parameters: 10, rounds: [ms] });
    const small = summarizeConfig(
      config,
      new Map([
        ['simd', rounds(2)],
        ['pytorch-eager', rounds(3)],
        ['pytorch-compiled', rounds(1.99)],
      ]),
    );
    expect(judgeTargets([small])).toEqual([
      { config: 'transformer-ea small', peer: 'pytorch-eager', atLeast: 1.5, ratio: 1.5, reached: true },
      { config: 'transformer-ea small', peer: 'pytorch-compiled', atLeast: 1, ratio: 0.995, reached: false },
    ]);
  });
});

describe('the schema of the result file', () => {
  it('takes what was written', () => {
    const result = exampleResult();
    expect(stepResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it.each([
    ['an unknown key', (result: object) => ({ ...result, extra: 1 })],
    ['a missing machine', (result: object) => ({ ...result, machine: undefined })],
    ['a date that is none', (result: object) => ({ ...result, date: 'yesterday' })],
    ['no rounds', (result: object) => ({ ...result, rounds: 0 })],
    ['another benchmark', (result: object) => ({ ...result, benchmark: 'kernels' })],
  ])('refuses %s', (_, spoil) => {
    expect(stepResultSchema.safeParse(spoil(exampleResult())).success).toBe(false);
  });
});
