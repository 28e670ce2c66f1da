import type { SequenceTask } from '@switchyard/tasks';
import { percent } from '../terminal/format.ts';
import type { Style } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import type { Prediction } from './predict.ts';
import type { Sample } from './sample.ts';

/** One token of a sequence: why it follows, and what the model expected. */
export interface ExplainedToken {
  readonly position: number;
  readonly token: string;
  /** The rule it follows; null where it is unpredictable. */
  readonly rule: string | null;
  readonly visible: boolean;
  readonly explanation: string;
  readonly prediction: { readonly token: string; readonly probability: number } | null;
}

/** Every token of a sequence explained; `predictions[i]` is the model's expectation of token i + 1. */
export function explainSample(
  task: SequenceTask,
  sample: Sample,
  predictions: readonly (Prediction | undefined)[],
): ExplainedToken[] {
  const label = (id: number) => task.vocabulary.labels[id] ?? String(id);
  const explanations = task.explain(sample.tokens);
  return Array.from(sample.tokens, (token, position) => {
    const prediction = predictions[position - 1];
    return {
      position,
      token: label(token),
      rule: task.ruleNames[sample.rules[position]!] ?? null,
      visible: sample.visible[position] === 1,
      explanation: explanations[position]!,
      prediction: prediction ? { token: label(prediction.token), probability: prediction.probability } : null,
    };
  });
}

/** The explanation as a table: expected tokens are green where right, red where a visible rule was missed. */
export function explanationTable(tokens: readonly ExplainedToken[], style: Style): string[] {
  const rows = tokens.map(({ position, token, rule, visible, explanation, prediction }) => {
    const right = prediction?.token === token;
    const paint = rule === null ? style.dim : right ? style.green : visible ? style.red : String;
    return [
      String(position),
      token,
      prediction ? paint(prediction.token) : '',
      prediction ? style.dim(percent(prediction.probability)) : '',
      rule === null || !prediction ? ' ' : right ? style.green('✓') : '✗',
      explanation,
    ];
  });
  const columns = ['#', 'token', 'model', '', '', 'why'].map((title, index) => ({
    title,
    align: index > 3 ? ('left' as const) : ('right' as const),
  }));
  return table(columns, rows, { heading: style.dim });
}
