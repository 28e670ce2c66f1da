import { expect, test } from 'vitest';
import { architectureStudy, ladderStudy, sampleStudy, screeningStudy } from '../../../test/sample-studies.ts';
import type { ReportRow } from '../cells.ts';
import { studyReport } from '../study-report.ts';
import { studyReadme } from './readme.ts';

test('the README of a study, with runs that failed, are missing or measured nothing', async () => {
  const { study, rows } = architectureStudy(8);
  const broken = rows.map((row, index): ReportRow => {
    const { result, ...rest } = row;
    if (index === 3)
      return { ...rest, status: 'failed', attempts: 3, reason: 'the loss is NaN at step 70 | lower the rate' };
    if (index === 9) return { ...rest, status: 'pending' };
    const made = { machine: 'AMD EPYC, 2 cores, Node 24.1.0', finished: `2026-11-${20 + (index % 3)}T10:00:00.000Z` };
    return { ...rest, result: { ...result!, ...made } };
  });
  const readme = studyReadme(studyReport(study, broken, 'A word of the authors.'));
  await expect(readme).toMatchFileSnapshot('../../../test/golden/architectures.md');
});

test('the README of a ladder, with comparisons at every level, of slopes and of shares', async () => {
  const { study, rows } = ladderStudy(8);
  await expect(studyReadme(studyReport(study, rows))).toMatchFileSnapshot('../../../test/golden/ladder.md');
});

test('the README of a screening', async () => {
  const { study, rows } = screeningStudy();
  await expect(studyReadme(studyReport(study, rows))).toMatchFileSnapshot('../../../test/golden/screening.md');
});

test('names cannot break the tables', () => {
  const study = sampleStudy({
    name: 'hostile',
    claim: 'x',
    factors: { variant: { 'a|b': {}, '<b>*_`': {} } },
    seeds: 1,
  });
  const readme = studyReadme(studyReport(study, []));
  expect(readme).toContain('a\\|b, \\<b\\>\\*\\_\\`');
  expect(readme).toContain('variant a\\|b: no run yet for seed 0');
});
