import { expect, test } from 'vitest';
import { sampleRun, sampleStudy } from '../../test/sample-studies.ts';
import { combinations } from '../study/levels.ts';
import { cellsOf, type ReportRow } from './cells.ts';
import { compareCells } from './compare.ts';

type Values = Readonly<Record<string, readonly number[]>>;

/** Compares runs given as accuracies by seed, for each combination of a mechanism and a context. */
function compare(values: Values, comparisons: readonly object[], contexts: readonly string[] = ['anchor']) {
  const seeds = Math.max(...Object.values(values).map((list) => list.length));
  const study = sampleStudy({
    name: 'test',
    claim: 'It works.',
    factors: { attention: { dpa: {}, ea: {}, cog: {} }, 'task.context': contexts },
    seeds,
    test: { comparisons },
  });
  const rows = combinations(study).flatMap((factors) => {
    const list = values[`${factors.attention}`] ?? values[`${factors.attention} ${factors['task.context']}`] ?? [];
    return list.map((accuracy, seed): ReportRow => {
      const { result } = sampleRun(accuracy);
      return { phase: 'final', factors, seed, status: 'done', attempts: 1, result, curve: () => [] };
    });
  });
  return compareCells(study, cellsOf(study, rows));
}

const eaBeatsDpa = { a: { attention: 'ea' }, b: { attention: 'dpa' } };
const eight = [0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57];

test('by hand: eight seeds, all better by different amounts', () => {
  const better = eight.map((value, seed) => value + 0.1 + seed / 100);
  const [result] = compare({ dpa: eight, ea: better }, [eaBeatsDpa]);
  expect(result).toMatchObject({ name: 'EA vs DPA', p: 1 / 256, corrected: 1 / 256, matched: 1, verdict: 'supported' });
  expect(result!.difference!.mean).toBeCloseTo(0.135, 9);
  // Differences 0.10 … 0.17: standard deviation √(Σ(k − 3.5)²/7)/100 = √6/100.
  expect(result!.cohensD).toBeCloseTo(0.135 / (Math.sqrt(6) / 100), 6);
  expect(result!.cliffsDelta).toBe(1);
});

test('five seeds cannot decide two comparisons, and the report says how many could', () => {
  const five = eight.slice(0, 5);
  const better = five.map((value, seed) => value + 0.1 + seed / 100);
  const both = [eaBeatsDpa, { a: { attention: 'cog' }, b: { attention: 'dpa' }, direction: 'different' }];
  const [first, second] = compare({ dpa: five, ea: better, cog: better }, both);
  expect(first).toMatchObject({
    p: 1 / 32,
    corrected: 1 / 16,
    reachable: 1 / 16,
    seedsNeeded: 6,
    verdict: 'undecided',
  });
  expect(first!.reason).toBe('5 seeds give a corrected p of 0.0625 at best: this test needs 6 seeds');
  expect(second).toMatchObject({ p: 1 / 16, verdict: 'undecided', seedsNeeded: 7 });
  // A single one-sided comparison can be decided by five.
  expect(compare({ dpa: five, ea: better }, [eaBeatsDpa])[0]!.verdict).toBe('supported');
});

test('what could have been shown and was not is not supported; an interval wholly on the other side neither', () => {
  const same = eight.map((value, seed) => value + (seed % 2 === 0 ? 0.02 : -0.02));
  expect(compare({ dpa: eight, ea: same }, [eaBeatsDpa])[0]).toMatchObject({ verdict: 'not supported' });
  const worse = eight.slice(0, 3).map((value) => value - 0.3);
  const [result] = compare({ dpa: eight.slice(0, 3), ea: worse }, [eaBeatsDpa]);
  expect(result).toMatchObject({ verdict: 'not supported', reason: 'the whole interval speaks against the claim' });
});

test('an interval that speaks for the claim where the corrected test does not leaves it undecided', () => {
  const mostly = eight.map((value, seed) => value + (seed === 0 ? -0.005 : 0.1 + seed / 100));
  const many = Array.from({ length: 16 }, () => eaBeatsDpa);
  const [result] = compare({ dpa: eight, ea: mostly }, many.slice(0, 12));
  expect(result!.difference!.lower).toBeGreaterThan(0);
  expect(result).toMatchObject({ verdict: 'undecided', corrected: (12 * 2) / 256 });
});

test('margins, less, numbers and similar', () => {
  const better = eight.map((value, seed) => value + 0.05 + seed / 1000);
  const p = (comparison: object) => compare({ dpa: eight, ea: better }, [comparison])[0]!;
  expect(p({ ...eaBeatsDpa, margin: 0.04 }).verdict).toBe('supported');
  expect(p({ ...eaBeatsDpa, margin: 0.06 }).verdict).toBe('not supported');
  expect(p({ ...eaBeatsDpa, direction: 'less' }).verdict).toBe('not supported');
  expect(p({ a: { attention: 'dpa' }, b: { attention: 'ea' }, direction: 'less', margin: 0.04 }).p).toBe(1 / 256);
  expect(p({ a: { attention: 'ea' }, than: 0.5 })).toMatchObject({ name: 'EA vs 50 %', verdict: 'supported' });
  expect(p({ ...eaBeatsDpa, direction: 'similar', margin: 0.1 })).toMatchObject({ p: 1 / 256, verdict: 'supported' });
  expect(p({ ...eaBeatsDpa, direction: 'similar', margin: 0.04 }).verdict).toBe('not supported');
  expect(p({ ...eaBeatsDpa, direction: 'different', margin: 0.04 })).toMatchObject({
    p: 2 / 256,
    verdict: 'supported',
  });
});

test('factors that neither side names are matched, and averaged within a seed', () => {
  const values = {
    'dpa anchor': [0.1, 0.2],
    'dpa pointer': [0.3, 0.4],
    'ea anchor': [0.2, 0.4],
    'ea pointer': [0.6, 0.6],
  };
  const contexts = ['anchor', 'pointer'];
  const [pooled] = compare(values, [eaBeatsDpa], contexts);
  expect(pooled!.matched).toBe(2);
  expect(pooled!.differences).toHaveLength(2);
  // ((0.2 − 0.1) + (0.6 − 0.3))/2 and ((0.4 − 0.2) + (0.6 − 0.4))/2.
  expect(pooled!.differences[0]).toBeCloseTo(0.2, 12);
  expect(pooled!.differences[1]).toBeCloseTo(0.2, 12);
  const pointer = {
    a: { attention: 'ea', 'task.context': 'pointer' },
    b: { attention: 'dpa', 'task.context': 'pointer' },
  };
  const [one] = compare(values, [pointer], contexts);
  expect(one).toMatchObject({ matched: 1, name: 'EA vs DPA (context pointer)' });
  expect(one!.differences[0]).toBeCloseTo(0.3, 12);
});

test('missing runs leave a comparison undecided, and are named', () => {
  const [short] = compare({ dpa: eight, ea: eight.slice(0, 6) }, [eaBeatsDpa]);
  expect(short).toMatchObject({ verdict: 'undecided', reason: 'missing: seed 6, seed 7' });
  expect(short!.differences).toHaveLength(6);
  const [nothing] = compare({ dpa: eight }, [eaBeatsDpa]);
  expect(nothing).toMatchObject({ verdict: 'undecided', p: 1, difference: undefined });
  const values = { 'dpa anchor': eight, 'ea anchor': eight, 'ea pointer': eight, 'dpa pointer': eight };
  const halved = { a: { attention: 'ea' }, b: { attention: 'dpa', 'task.context': ['anchor', 'pointer'] } };
  expect(compare(values, [halved], ['anchor', 'pointer'])[0]!.missing).toEqual([]);
});
