import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../report/comparison.ts';

/** The comparison as CSV, one row a model. */
function comparisonCsv(comparison: Comparison): string {
  const rules = Object.keys(comparison.targetsPerRule);
  const header = [
    'model',
    'learning_rate',
    'parameters',
    'seconds',
    'loss',
    'accuracy',
    ...rules.map((rule) => `accuracy_${rule}`),
    'visible_accuracy',
  ];
  const rows = comparison.models.map((model) => [
    model.name,
    model.learningRate,
    model.parameters,
    model.seconds.toFixed(1),
    model.loss,
    model.accuracy,
    ...rules.map((rule) => model.accuracyPerRule[rule] ?? ''),
    model.visibleAccuracy ?? '',
  ]);
  return [header, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

/** Writes comparison.json, comparison.csv and report.html. @returns the path of the report */
export async function writeComparison(comparison: Comparison, directory: string): Promise<string> {
  const { reportPage } = await import('../report/page.ts'); // only then: charts take a while to load
  const report = join(directory, 'report.html');
  writeFileSync(join(directory, 'comparison.json'), `${JSON.stringify(comparison, null, 2)}\n`);
  writeFileSync(join(directory, 'comparison.csv'), comparisonCsv(comparison));
  writeFileSync(report, reportPage(comparison));
  return report;
}
