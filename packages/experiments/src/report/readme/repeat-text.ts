import { compact, duration, grouped, inputsName } from '../names.ts';
import type { Report } from '../study-report.ts';
import { cellText } from './markdown.ts';

const distinct = (values: readonly (string | undefined)[]) =>
  [...new Set(values.filter((value) => value !== undefined))].sort();

/** The commands that repeat the study, and the compute, machines and days it took. */
export function repeatText({ study, rows }: Report): string {
  const results = rows.flatMap(({ result }) => result ?? []);
  const total = (of: (result: (typeof results)[number]) => number) =>
    results.reduce((sum, result) => sum + of(result), 0);
  const machines = distinct(results.map(({ machine }) => machine));
  const days = distinct(results.map(({ finished }) => finished?.slice(0, 10)));
  const seconds = duration(total((result) => result.seconds));
  const tokens = compact(total((result) => result.trainingTokens));
  const facts = [
    `Compute: ${grouped(results.length)} runs, ${seconds} of training steps in all, ${tokens} ${inputsName(study)}; backend ${distinct(results.map(({ backend }) => backend)).join(', ')}.`,
    ...(machines.length > 0 ? [`Machine: ${machines.map(cellText).join('; ')}.`] : []),
    ...(days.length > 0 ? [`Date of the runs: ${days.length === 1 ? days[0] : `${days[0]} to ${days.at(-1)}`}.`] : []),
    'Data: [study.yaml](study.yaml), [results.csv](results.csv), [results.parquet](results.parquet), learning curves in [results.jsonl](results.jsonl).',
  ];
  const folder = `studies/${study.name}`;
  return `\`\`\`sh\nswitchyard sweep ${folder}\nswitchyard report ${folder}\n\`\`\`\n\n${facts.map((fact) => `- ${fact}`).join('\n')}`;
}
