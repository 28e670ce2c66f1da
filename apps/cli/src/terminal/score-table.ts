import { type Run, type RunKind, runKinds } from '@switchyard/experiments/run';
import { compact, loss, percent, significant } from './format.ts';
import type { Style } from './style.ts';
import { type Column, table } from './table.ts';

/** The part of an evaluation's scores that a table shows. */
export interface ShownScores {
  readonly loss: number;
  readonly accuracy: number;
  readonly accuracyPerRule: Readonly<Record<string, number>>;
  readonly visibleAccuracy: number | null;
  readonly measures?: Readonly<Record<string, number>> | undefined;
}

/** What a table of scores has columns for. */
export interface ScoreLayout {
  /** Rules whose accuracy is shown, and that on visible targets after them; none where rules say nothing. */
  readonly rules: readonly string[];
  /** Further measures by name, such as bits per byte. */
  readonly measures: readonly string[];
  /** What is counted: tokens or images, targets or samples. */
  readonly counts: RunKind['counts'];
}

/** The columns for a run. */
export function scoreLayout({ kind, task }: Run): ScoreLayout {
  const { measures, counts } = runKinds[kind];
  return { rules: measures.length > 0 ? [] : task.ruleNames, measures, counts };
}

const measureNames: Readonly<Record<string, string>> = {
  bitsPerByte: 'bits/byte',
  frechetDistance: 'Fréchet distance',
};

/** A measure for people: `bits/byte`. */
export const measureName = (name: string): string => measureNames[name] ?? name;

/** Columns of a table of scores: loss, further measures, accuracy on all targets, per rule, and on visible targets. */
export function scoreColumns({ rules, measures }: ScoreLayout): Column[] {
  const accuracies = rules.length > 0 ? ['all', ...rules, 'visible'] : ['accuracy'];
  return ['loss', ...measures.map(measureName), ...accuracies].map((title) => ({ title }));
}

/** The cells of one row under `scoreColumns`. */
export function scoreCells(scores: ShownScores, { rules, measures }: ScoreLayout): string[] {
  return [
    loss(scores.loss),
    ...measures.map((name) => significant(scores.measures?.[name])),
    percent(scores.accuracy),
    ...rules.map((rule) => percent(scores.accuracyPerRule[rule])),
    ...(rules.length > 0 ? [percent(scores.visibleAccuracy ?? undefined)] : []),
  ];
}

/** A table of one evaluation. */
export function scoreTable(
  scores: ShownScores & { targets: number; chance: number },
  layout: ScoreLayout,
  style: Style,
): string[] {
  const rows = [scoreCells(scores, layout)];
  const note = style.dim(
    `${compact(scores.targets)} ${layout.counts.evaluation}; guessing is right in ${percent(scores.chance)}`,
  );
  return [...table(scoreColumns(layout), rows, { heading: style.dim }), note];
}
