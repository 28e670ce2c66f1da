import { stringify } from 'yaml';
import { levelsOf } from '../../study/levels.ts';
import { extent } from '../drawing/scale.ts';
import { capital, compact, factorName, grouped, inputsName, metricName, percent } from '../names.ts';
import type { Report } from '../study-report.ts';
import { cellText, markdownTable } from './markdown.ts';

/** What was run and how it is judged: seeds, budget, selection, statistics, factors, and what all runs share. */
export function protocolText(report: Report): string {
  const { study } = report;
  const lines = [...trainingLines(report), ...selectionLines(report), ...statisticsLines(report)];
  const factors = markdownTable(
    [{ title: 'factor' }, { title: 'levels' }],
    Object.keys(study.factors).map((name) => [cellText(name), cellText(levelsOf(study, name).join(', '))]),
  );
  const base =
    Object.keys(study.base).length > 0
      ? [`All runs share:\n\n\`\`\`yaml\n${stringify(study.base).trim()}\n\`\`\``]
      : [];
  return [lines.map((line) => `- ${line}`).join('\n'), factors, ...base].join('\n\n');
}

function trainingLines({ study, layout, rows }: Report): string[] {
  const { seeds, budget, stop } = study;
  const screened = layout.screening ? '; the combinations screen the factors below' : '';
  const limit =
    budget && ('steps' in budget ? `${grouped(budget.steps)} steps` : `${compact(budget.tokens)} ${inputsName(study)}`);
  const target = stop && `where its accuracy reaches ${percent(stop.accuracy)}`;
  const finished = rows.flatMap(({ phase, result }) => (phase === 'final' && result ? [result] : []));
  const range = (values: readonly number[], format: (value: number) => string) => {
    const [low, high] = extent(values);
    return low === high ? format(low) : `${format(low)} to ${format(high)}`;
  };
  const steps = range(
    finished.map((result) => result.steps),
    grouped,
  );
  const tokens = range(
    finished.map((result) => result.trainingTokens),
    compact,
  );
  const weights = range(
    finished.map((result) => result.parameters),
    grouped,
  );
  return [
    `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} (${seeds.join(', ')}) for every combination${screened}.`,
    ...(limit ? [`Budget: ${limit} a run${target ? `; a run ends earlier ${target}` : ''}.`] : []),
    ...(target && !limit ? [`A run ends ${target}.`] : []),
    ...(finished.length > 0
      ? [`Runs took ${steps} steps on ${tokens} ${inputsName(study)}; models have ${weights} weights.`]
      : []),
  ];
}

function selectionLines({ study }: Report): string[] {
  const { select, selectionSeeds } = study;
  if (!select) return [];
  const seeds = `${selectionSeeds.length === 1 ? 'seed' : 'seeds'} ${selectionSeeds.join(', ')}`;
  return [
    `${capital(factorName(select.over))} is selected for every combination: the best of ${levelsOf(study, select.over).join(', ')} by mean ${metricName(select.by)} over ${seeds}, which no result uses.`,
  ];
}

function statisticsLines({ study }: Report): string[] {
  const intervals =
    'Intervals are 95 %, of the mean over seeds: studentised bootstrap, never shorter than Student’s t.';
  if (!study.test) return [intervals];
  const { comparisons } = study.test;
  const has = (key: 'each' | 'slope' | 'reaches') => comparisons.some((comparison) => comparison[key] !== undefined);
  return [
    intervals,
    `Tests: differences paired by seed, exact permutation of their signs (drawn above 12 seeds), Holm’s correction over all comparisons, α = ${study.test.alpha}.`,
    ...(has('each')
      ? [
          'At every level: an intersection–union test. The claim must hold in each group, so that p is the largest of theirs and nothing within is corrected.',
        ]
      : []),
    ...(has('slope')
      ? [
          'Slopes: for every seed the least-squares slope of the difference against the rank (0, 1, 2, …) of the levels of a factor.',
        ]
      : []),
    ...(has('reaches') ? ['Shares: a run counts as 1 where its metric reaches the target, else as 0.'] : []),
    ...(comparisons.some(({ direction }) => direction === 'notLess')
      ? ['Not less: non-inferiority, the difference lies above the negative margin.']
      : []),
    'Undecided: runs are missing, the seeds are too few for the test to reach α whatever they show, or the interval speaks for the claim and the corrected test does not. Not supported: the test could have shown it and did not, or the whole interval speaks against it.',
  ];
}
