import { createStream } from '@switchyard/random';
import { emptyBatch } from './batch.ts';
import { checkInteger, checkKeys, checkRequest, checkTokens } from './check.ts';
import { TaskError } from './errors.ts';
import type { Batch, BatchRequest, SequenceTask } from './types.ts';

export interface DelayedSumOptions {
  /** N: size of the alphabet, 2 … 65536. */
  readonly modulus: number;
  /** τ: how far back the second summand stands, at least 1. */
  readonly delay: number;
}

/**
 * A rung of the autoregressive ladder of Gros, "Climbing the complexity ladder with expressive attention" (arXiv 2407.18601;
 * reconstruction from its description): x[t] = (x[t−1] + x[t−τ]) mod N, started from τ uniformly drawn symbols. The complexity
 * grows with N and with τ; N = 2 is XOR with delay. With τ = 1 the series only doubles, and dies out when N is a power of 2.
 *
 * A sequence begins with its τ random symbols, which are unpredictable (rule −1); everything after them is visible. There are
 * no control tokens.
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for options out of range or unknown; from `batch`, `SWITCHYARD_TASK_BATCH` for a
 *   window shorter than τ, which would hold no predictable token
 */
export function delayedSum(options: DelayedSumOptions): SequenceTask {
  const name = 'delayedSum';
  checkKeys(name, options, ['modulus', 'delay']);
  const { modulus, delay } = options;
  checkInteger(name, 'modulus', modulus, 2, 2 ** 16);
  checkInteger(name, 'delay', delay, 1, 2 ** 20);
  const labels = Array.from({ length: modulus }, (_, symbol) => String(symbol));
  const vocabulary = { size: modulus, symbols: modulus, controls: 0, labels };

  return {
    name: `delayed-sum-${modulus}-${delay}`,
    vocabulary,
    ruleNames: ['sum'],
    batch(request: BatchRequest): Batch {
      checkRequest(name, request);
      const { seed, index, batchSize, window } = request;
      if (window < delay) {
        throw new TaskError(
          'SWITCHYARD_TASK_BATCH',
          `${name}: window ${window} holds no predictable token, because the delay is ${delay}; pass a window of at least ${delay}`,
        );
      }
      const batch = emptyBatch(request);
      const { tokens, rules, visible } = batch;
      const stream = createStream(seed).fork(name, index);
      for (let row = 0; row < batchSize; row++) {
        const start = row * (window + 1);
        const end = start + window + 1;
        const free = start + delay;
        const initial = stream.fork(row);
        for (let i = start; i < free; i++) tokens[i] = initial.nextInt(modulus);
        for (let i = free; i < end; i++) {
          const sum = tokens[i - 1]! + tokens[i - delay]!;
          tokens[i] = sum >= modulus ? sum - modulus : sum;
        }
        rules.fill(-1, start, free);
        visible.fill(1, free, end);
      }
      return batch;
    },
    explain(tokens: ArrayLike<number>): string[] {
      checkTokens(name, tokens, vocabulary);
      return Array.from(tokens, (token, position) => {
        if (position < delay) return `one of the first ${delay} symbols: random, nothing predicts it`;
        const [last, old] = [tokens[position - 1]!, tokens[position - delay]!];
        const sum = (last + old) % modulus;
        const note = sum === token ? '' : `, but ${token} stands here`;
        return `sum: ${last} + ${old}, ${delay} places back, = ${sum}${note} (mod ${modulus})`;
      });
    },
  };
}
