import { iarc } from '@switchyard/tasks';
import { references } from './references.ts';

const task = iarc();

/** The tracks, top to bottom. */
export const tracks = task.ruleNames;

export interface Stop {
  readonly label: string;
  readonly control: boolean;
  /** Index into `tracks`: the rule that holds from here on (a control token) or made this symbol. */
  readonly track: number;
  /** Earlier stops that determine this one; empty where one of them lies before the piece shown. */
  readonly from: readonly number[];
  readonly explanation: string;
}

/** A piece of an IARC sequence as stops on tracks, from its first control token on. */
export function yard(seed: number, window: number): Stop[] {
  const { symbols, labels } = task.vocabulary;
  const batch = task.batch({ seed, index: 0, batchSize: 1, window });
  const tokens = batch.tokens.subarray(batch.rules.indexOf(-1));
  const shown = Array.from(tokens, (token) => labels[token]!);
  const explanations = task.explain(tokens);
  let track = 0;
  return shown.map((label, position) => {
    const control = tokens[position]! >= symbols;
    if (control) track = tokens[position]! - symbols;
    const from = references(shown, position, 'pointer');
    return { label, control, track, from, explanation: explanations[position]! };
  });
}
