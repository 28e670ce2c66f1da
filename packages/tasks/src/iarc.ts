import { createStream } from '@switchyard/random';
import { emptyBatch } from './batch.ts';
import { checkChoice, checkInteger, checkKeys, checkRequest, checkTokens } from './check.ts';
import { explainIarc } from './iarc-explain.ts';
import { type ContextRule, writeIarcRow } from './iarc-row.ts';
import { type SwitchingOptions, segmentLength } from './segment-length.ts';
import type { Batch, BatchRequest, SequenceTask } from './types.ts';

export interface IarcOptions extends SwitchingOptions {
  /** Size N of the alphabet, 2 … 65536, default 16. */
  readonly symbols?: number;
  /** Reading of the context rule, default 'pointer'; see `iarc`. */
  readonly context?: ContextRule;
}

const NAME = 'iarc';
const CONTROLS = ['I', 'A', 'R', 'C'] as const;
const OPTIONS = ['symbols', 'context', 'switching', 'switchProbability', 'minimumSegment'] as const;

/** Burn-in, in mean distances from one control token to the next. */
const BURN_IN_PERIODS = 16;
/** Longer mean distances count as this many tokens in the burn-in, to bound its cost. */
const LONGEST_BURN_IN_PERIOD = 256;
/** Bound on the random part: beyond it a window hardly ever sees a control token. */
const LONGEST_PERIOD = 2 ** 16;

/**
 * IARC, the task-switching reference model of Gros, "Small transformer architectures for task switching" (arXiv 2508.04461):
 * an ongoing sequence of symbols 0 … N − 1 in which control tokens (ids N … N + 3) say which rule makes the next symbols.
 * With x the symbols alone, control tokens skipped:
 *
 * - I, increment (second-hand): x[t+1] = (x[t] + 1) mod N
 * - A, addition (reconstruction): x[t+1] = (x[t] + x[t−1]) mod N
 * - R, reverse (reconstruction): the k-th symbol after the control token repeats the k-th last symbol before it
 * - C, context (reconstruction, two readings): 'pointer': x[t+1] stands 1 + x[t] places before x[t];
 *   'anchor': x[t+1] = (x[t] + a) mod N, a the last symbol before the control token
 *
 * Control tokens, drawn uniformly with repeats, are unpredictable: rule −1. A token is visible where the control token of its
 * segment and every symbol it depends on stand before it in the window.
 *
 * The sequence has a past. It starts in an endless row of uniformly drawn symbols and runs 16 mean control-to-control
 * distances (at most 256 tokens each) plus N tokens, plus a random part of one distance, before the window starts: for the
 * default options 160 to 168 tokens. So a rule always finds its history, control tokens are equally likely at every position,
 * and the shares of symbols and of differences at lags up to 16 are within 0.01 of those of an endless run (total variation,
 * measured for the default options, both context rules and both policies).
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for options out of range or unknown
 */
export function iarc(options: IarcOptions = {}): SequenceTask {
  checkKeys(NAME, options, OPTIONS);
  const { symbols = 16, context = 'pointer' } = options;
  checkInteger(NAME, 'symbols', symbols, 2, 2 ** 16);
  checkChoice(NAME, 'context', context, ['pointer', 'anchor']);
  const segments = segmentLength(NAME, options);
  const period = Math.min(Math.ceil(segments.mean) + 1, LONGEST_PERIOD);
  const burnIn = BURN_IN_PERIODS * Math.min(period, LONGEST_BURN_IN_PERIOD) + symbols;
  const rules = { symbols, context, segments, period, burnIn };
  const vocabulary = {
    size: symbols + CONTROLS.length,
    symbols,
    controls: CONTROLS.length,
    labels: [...Array.from({ length: symbols }, (_, symbol) => String(symbol)), ...CONTROLS],
  };

  return {
    name: NAME,
    vocabulary,
    ruleNames: ['increment', 'addition', 'reverse', 'context'],
    batch(request: BatchRequest): Batch {
      checkRequest(NAME, request);
      const batch = emptyBatch(request);
      const stream = createStream(request.seed).fork(NAME, request.index);
      const history = new Int32Array(2 * (burnIn + period + request.window + symbols + 2));
      for (let row = 0; row < request.batchSize; row++) writeIarcRow(rules, stream.fork(row), history, batch, row);
      return batch;
    },
    explain(tokens: ArrayLike<number>): string[] {
      checkTokens(NAME, tokens, vocabulary);
      return explainIarc(symbols, context, tokens);
    },
  };
}
