import { compact, loss, percent } from './format.ts';
import type { Style } from './style.ts';
import { type Column, table } from './table.ts';

/** The part of an evaluation's scores that a table shows. */
export interface ShownScores {
  readonly loss: number;
  readonly accuracy: number;
  readonly accuracyPerRule: Readonly<Record<string, number>>;
  readonly visibleAccuracy: number | null;
}

/** Columns of a table of scores: accuracy on all targets, per rule, and on visible targets. */
export function scoreColumns(rules: readonly string[]): Column[] {
  return ['loss', 'all', ...rules, 'visible'].map((title) => ({ title }));
}

/** The cells of one row under `scoreColumns`. */
export function scoreCells(scores: ShownScores, rules: readonly string[]): string[] {
  return [
    loss(scores.loss),
    percent(scores.accuracy),
    ...rules.map((rule) => percent(scores.accuracyPerRule[rule])),
    percent(scores.visibleAccuracy ?? undefined),
  ];
}

/** A table of one evaluation. */
export function scoreTable(
  scores: ShownScores & { targets: number; chance: number },
  rules: readonly string[],
  style: Style,
): string[] {
  const rows = [scoreCells(scores, rules)];
  const note = style.dim(`${compact(scores.targets)} targets; guessing is right in ${percent(scores.chance)}`);
  return [...table(scoreColumns(rules), rows, { heading: style.dim }), note];
}
