import type { Stream } from '@switchyard/random';
import type { SegmentLength } from './segment-length.ts';
import type { Batch } from './types.ts';

/** Indices into the rule names, and offsets of the control tokens after the symbols. */
export const INCREMENT = 0;
export const ADDITION = 1;
export const REVERSE = 2;
const CONTEXT = 3;

export type ContextRule = 'pointer' | 'anchor';

export interface IarcRules {
  /** Size N of the alphabet. */
  readonly symbols: number;
  readonly context: ContextRule;
  readonly segments: SegmentLength;
  /** Tokens made before the window, to which a random number of tokens below `period` is added. */
  readonly burnIn: number;
  readonly period: number;
}

/**
 * Writes one sequence of a batch. `history` is room for 2 (burnIn + period + window + 2 + N) symbols.
 *
 * Every rule is a value computed from the last symbol and one older `source`; a token is visible where its control token
 * and the source, which is the oldest symbol it depends on, lie inside the window.
 */
export function writeIarcRow(
  { symbols, context, segments, burnIn, period }: IarcRules,
  stream: Stream,
  history: Int32Array,
  { tokens, rules, visible, window }: Batch,
  row: number,
): void {
  const base = row * (window + 1);
  // Symbols lie in history[first .. count). The past of the past is drawn when a rule looks there, so it never ends.
  let first = history.length >> 1;
  let count = first + 1;
  history[first] = stream.nextInt(symbols);
  let firstInside = Number.MAX_SAFE_INTEGER;

  for (let time = -burnIn - stream.nextInt(period); time <= window; ) {
    const rule = stream.nextInt(4);
    const before = count; // symbols in history[first .. before) stand before the control token
    const controlInside = time >= 0;
    if (controlInside) {
      tokens[base + time] = symbols + rule;
      rules[base + time] = -1;
      visible[base + time] = 0;
    }
    time++;
    const end = Math.min(time + segments.draw(stream, window + 1 - time), window + 1);
    for (; time < end; time++) {
      const last = history[count - 1]!;
      let source = count - 1;
      if (rule === ADDITION) source = count - 2;
      else if (rule === REVERSE) source = 2 * before - 1 - count;
      else if (rule === CONTEXT) source = context === 'anchor' ? before - 1 : count - 2 - last;
      while (source < first) history[--first] = stream.nextInt(symbols);

      let value = history[source]!;
      if (rule === INCREMENT) value = last + 1;
      else if (rule === ADDITION || (rule === CONTEXT && context === 'anchor')) value += last;
      if (value >= symbols) value -= symbols;

      if (time >= 0) {
        if (firstInside > count) firstInside = count;
        tokens[base + time] = value;
        rules[base + time] = rule;
        visible[base + time] = controlInside && source >= firstInside ? 1 : 0;
      }
      history[count++] = value;
    }
  }
}
