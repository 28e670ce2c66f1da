import { percent } from '../terminal/format.ts';
import type { Style } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import type { HeadsReport } from './head-scores.ts';

/** The heads as a table of at most 80 columns, and below it what holds for all of them together. */
export function headsTable({ heads, effectivePaths }: HeadsReport, style: Style): string[] {
  const patched = heads.some((head) => head.patched !== undefined);
  const titles = ['layer', 'head', 'negative', 'copied', 'deleted QK', 'deleted OV', 'kept', 'entropy'];
  const columns = [...titles, ...(patched ? ['patched'] : [])].map((title) => ({ title }));
  const rows = heads.map((head) => [
    String(head.layer),
    String(head.head),
    ...[head.negative, head.copied, head.deletedByWeight, head.deletedByOutput, head.kept].map(percent),
    head.entropy.toFixed(2),
    ...(patched ? [percent(head.patched)] : []),
  ]);
  return [
    ...table(columns, rows, { gap: 1, heading: style.dim }),
    style.dim(`effective paths from a token to the last one: ${effectivePaths.toFixed(2)}`),
  ];
}
