import type { Batch } from '../src/types.ts';

/** What the description of IARC says about one token of a sequence, from the tokens before it alone. */
export interface Verdict {
  /** Index of the rule in force, −1 for a control token, undefined where the control token is not in the sequence. */
  readonly rule: number | undefined;
  /** The token that the rule gives, undefined where it does not follow from the sequence. */
  readonly token: number | undefined;
}

/**
 * The rules of section 1 of the paper notes, written for clarity and independently of the generator: at each position the
 * sequence is searched from scratch.
 */
export function slowIarc(tokens: readonly number[], symbols: number, context: 'pointer' | 'anchor'): Verdict[] {
  const isControl = (token: number): boolean => token >= symbols;
  return tokens.map((token, position) => {
    if (isControl(token)) return { rule: -1, token: undefined };
    const past = tokens.slice(0, position);
    const control = past.findLastIndex(isControl);
    if (control === -1) return { rule: undefined, token: undefined };
    const x = past.filter((other) => !isControl(other));
    const beforeControl = past.slice(0, control).filter((other) => !isControl(other));
    const rule = past[control]! - symbols;
    return { rule, token: next(rule) };

    function next(which: number): number | undefined {
      const current = x.at(-1);
      const add = (other: number | undefined): number | undefined =>
        current === undefined || other === undefined ? undefined : (current + other) % symbols;
      if (which === 0) return add(1);
      if (which === 1) return add(x.at(-2));
      if (which === 2) return beforeControl.at(-(x.length - beforeControl.length + 1));
      if (context === 'anchor') return add(beforeControl.at(-1));
      return current === undefined ? undefined : x.at(-1 - (1 + current));
    }
  });
}

/** One sequence of a batch. */
export function sequence(batch: Batch, row: number): { tokens: number[]; rules: number[]; visible: number[] } {
  const [start, end] = [row * (batch.window + 1), (row + 1) * (batch.window + 1)];
  return {
    tokens: [...batch.tokens.subarray(start, end)],
    rules: [...batch.rules.subarray(start, end)],
    visible: [...batch.visible.subarray(start, end)],
  };
}
