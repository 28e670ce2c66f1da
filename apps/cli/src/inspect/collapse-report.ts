import { collapse, type Run } from '@switchyard/experiments/run';
import type * as tf from '@tensorflow/tfjs';
import { significant } from '../terminal/format.ts';
import type { Style } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';

/** How far the last states of two sequences of about this length are apart; see the probe `collapse`. */
export interface CollapseAtLength {
  readonly length: number;
  /** L∞ distance to the state of the sequence with one token more before it. */
  readonly longer: number;
  /** L∞ distance to the state of the sequence with another first token. */
  readonly changed: number;
}

/**
 * What the probe `collapse` measures of a model, by length.
 *
 * @throws ConfigError for runs that it is not made for
 */
export async function collapseReport(model: tf.LayersModel, run: Run): Promise<CollapseAtLength[]> {
  const measured = await collapse.measure(model, run);
  return Object.entries(measured).flatMap(([name, longer]) => {
    const [, length] = name.match(/^collapse\.(\d+)$/) ?? [];
    return length === undefined ? [] : [{ length: Number(length), longer, changed: measured[`dilution.${length}`]! }];
  });
}

/** The distances as a table, and below it what they are. */
export function collapseTable(lengths: readonly CollapseAtLength[], style: Style): string[] {
  const columns = ['tokens', 'one token more', 'first token another'].map((title) => ({ title }));
  const rows = lengths.map(({ length, longer, changed }) => [
    String(length),
    significant(longer),
    significant(changed),
  ]);
  return [
    ...table(columns, rows, { heading: style.dim }),
    style.dim('L∞ distance of last-token states; near 0, the model cannot tell the two apart'),
  ];
}
