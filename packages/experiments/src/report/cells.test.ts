import { expect, test } from 'vitest';
import { sampleRows, sampleStudy } from '../../test/sample-studies.ts';
import { cellsOf, estimate, problemsOf, type ReportRow } from './cells.ts';

const study = sampleStudy({ name: 'test', claim: 'It works.', factors: { attention: { dpa: {}, ea: {} } }, seeds: 4 });
const rows = sampleRows(study, () => 0.5, 0);

function withMetric(row: ReportRow, accuracy: number | undefined): ReportRow {
  const { accuracy: _, ...others } = row.result!.metrics.final;
  const final = { ...others, ...(accuracy !== undefined && { accuracy }) };
  return { ...row, result: { ...row.result!, metrics: { ...row.result!.metrics, final } } };
}

test('what is missing is named, and left out of the mean', () => {
  const broken = [
    rows[0]!,
    withMetric(rows[1]!, Number.NaN),
    withMetric(rows[2]!, undefined),
    { ...rows[3]!, status: 'failed', attempts: 3, reason: 'the loss is NaN\nat step 7' },
    // Seeds 0 and 1 of the second combination; nothing is known of 2, and 3 waits.
    ...rows.slice(4, 6),
    { ...rows[7]!, status: 'pending' },
  ].map(({ result, ...row }) => ({ ...row, ...(row.status === 'done' && { result }) }) as ReportRow);
  const cells = cellsOf(study, broken);
  expect(problemsOf(study, cells, ['accuracy'])).toEqual([
    'attention dpa, seed 1: accuracy is NaN',
    'attention dpa, seed 2: has no accuracy',
    'attention dpa, seed 3: failed after 3 tries: the loss is NaN',
    'attention ea: no run yet for seeds 2, 3',
  ]);
  expect(estimate(cells[0]!, 'accuracy')).toMatchObject({ values: [0.5], mean: 0.5 });
  expect(estimate(cells[1]!, 'accuracy')!.values).toHaveLength(2);
  expect(estimate(cells[1]!, 'accuracy.nothing')).toBeUndefined();
});

test('complete results have no problems, and combinations without rows are there all the same', () => {
  expect(problemsOf(study, cellsOf(study, rows), ['accuracy'])).toEqual([]);
  expect(cellsOf(study, []).map(({ factors, runs }) => [factors, runs.size])).toEqual([
    [{ attention: 'dpa' }, 0],
    [{ attention: 'ea' }, 0],
  ]);
});

test('the selected factor is no part of a combination; a combination without a selection says so', () => {
  const selecting = sampleStudy({
    name: 'selecting',
    claim: 'It works.',
    factors: { attention: { dpa: {}, ea: {} }, 'optimizer.learningRate': [0.1, 0.2] },
    select: { over: 'optimizer.learningRate' },
    seeds: 2,
  });
  const made = sampleRows(selecting, () => 0.5).filter(
    ({ factors }) => factors.attention === 'dpa' && factors['optimizer.learningRate'] === 0.2,
  );
  const selection: ReportRow = { ...made[0]!, phase: 'selection', seed: 1000 };
  const cells = cellsOf(selecting, [selection, ...made]);
  expect(cells.map(({ factors, chosen, runs }) => [factors, chosen, [...runs.keys()]])).toEqual([
    [{ attention: 'dpa' }, 0.2, [0, 1]],
    [{ attention: 'ea' }, undefined, []],
  ]);
  expect(problemsOf(selecting, cells, ['accuracy'])).toEqual([
    'attention ea: learning rate is not selected, so there are no runs',
  ]);
});
