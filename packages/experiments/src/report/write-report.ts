import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../config/config-error.ts';
import { ExperimentError } from '../errors.ts';
import { type ResultRow, resultRows } from '../store/read-results.ts';
import { replaceFile } from '../store/replace-file.ts';
import { resultsCsv } from '../store/results-csv.ts';
import { openResults, type ResultsFile } from '../store/results-file.ts';
import { resultsParquet } from '../store/results-parquet.ts';
import { loadStudy } from '../study/load-study.ts';
import { planCells } from '../study/plan.ts';
import type { ComparisonResult } from './compare.ts';
import { inScheme } from './drawing/palette.ts';
import { toPng } from './drawing/rasterize.ts';
import { studyFigure } from './figure/study-figure.ts';
import { readingsCsv } from './readings-csv.ts';
import { studyReadme } from './readme/readme.ts';
import { studyReport } from './study-report.ts';
import { jointVerdict, type Verdict } from './verdict.ts';

export interface WrittenReport {
  readonly study: string;
  /** The paths of what was written. */
  readonly files: readonly string[];
  readonly runs: { readonly total: number; readonly done: number };
  readonly comparisons: readonly ComparisonResult[];
  /** Undefined where the study states no test. */
  readonly verdict: Verdict | undefined;
  /** What is missing from the results, a line each. */
  readonly problems: readonly string[];
}

/**
 * Writes the report of a study beside its results: README.md, figure.svg (light and dark), figure.png, figure-dark.png,
 * results.csv and results.parquet; for a screening readings.csv too. The same results give the same bytes, on every
 * machine. `notes.md`, where there is one, becomes a part of README.md. All files are made before the first is written, and
 * each appears at once or not at all.
 *
 * @param path a study.yaml, or the folder that holds one
 * @throws ExperimentError `SWITCHYARD_STUDY` or `SWITCHYARD_RESULTS` where study or results cannot be read, no run is done,
 *   or a file cannot be written
 */
export async function writeReport(path: string): Promise<WrittenReport> {
  const study = await loadStudy(path);
  const { directory } = study;
  const results = openResults(directory);
  const rows = resultRows(study, planCells(study), results);
  const done = rows.filter(({ status }) => status === 'done').length;
  if (!rows.some(({ phase, status }) => phase === 'final' && status === 'done')) {
    const others = strangers(rows, results).map((text) => ` (${text})`);
    throw new ExperimentError(
      'SWITCHYARD_RESULTS',
      `${directory} has no finished run to report${others.join('')}: make some with switchyard sweep ${directory}`,
    );
  }
  const said = studyReport(study, rows, readNotes(join(directory, 'notes.md')));
  const report = { ...said, problems: [...said.problems, ...strangers(rows, results)] };
  const figure = studyFigure(report);
  const files: Record<string, string | Uint8Array> = {
    'README.md': studyReadme(report),
    'figure.svg': figure,
    'figure.png': await toPng(inScheme(figure, 'light')),
    'figure-dark.png': await toPng(inScheme(figure, 'dark')),
    'results.csv': resultsCsv(rows),
    'results.parquet': resultsParquet(rows),
    ...(report.screening && { 'readings.csv': readingsCsv(report.screening) }),
  };
  const paths = Object.entries(files).map(([name, content]) => replaceFile(join(directory, name), content));
  const { comparisons, problems } = report;
  const verdict = comparisons.length === 0 ? undefined : jointVerdict(comparisons.map((one) => one.verdict));
  return { study: study.name, files: paths, runs: { total: rows.length, done }, comparisons, verdict, problems };
}

/** Results that belong to no run of the study, because it, or a default of a run, was changed after they were made. */
function strangers(rows: readonly ResultRow[], { records }: ResultsFile): string[] {
  const known = new Set(rows.map(({ runHash }) => runHash));
  const count = [...records.keys()].filter((hash) => !known.has(hash)).length;
  const runs = count === 1 ? '1 run' : `${count} runs`;
  return count === 0 ? [] : [`results.jsonl holds ${runs} of other configurations, which are left out`];
}

function readNotes(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new ExperimentError('SWITCHYARD_RESULTS', `cannot read ${path}: ${errorCode(error)}`, { cause: error });
  }
}
