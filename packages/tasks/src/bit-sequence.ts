import { createStream, type Stream } from '@switchyard/random';
import { emptyBatch } from './batch.ts';
import { checkChoice, checkInteger, checkKeys, checkRequest, checkTokens } from './check.ts';
import { TaskError } from './errors.ts';
import type { Batch, BatchRequest, SequenceTask } from './types.ts';

/** Options of the tasks that ask one question about a sequence of ones and zeros. */
export interface BitSequenceOptions {
  /** The longest sequence, 1 … 1024. Default 32. */
  readonly maximumLength?: number;
  /** The shortest sequence, 1 … maximumLength. Default 1. */
  readonly minimumLength?: number;
  /** How many lengths share a rule, so that accuracy per rule is accuracy by length. Default 8. */
  readonly bucket?: number;
  /**
   * Where a window is filled up: in front of the sequence, so that the answer is the last target, as models and evaluations
   * that know the last position only need it; or behind the answer, so that causal attention sees nothing but the
   * sequence. (In front, uniform attention sees the number of ones as a share of a window of constant size.) Default 'front'.
   */
  readonly padding?: 'front' | 'behind';
}

/** One sequence of a task about ones and zeros, laid out in a window. */
export interface BitItem {
  readonly tokens: Int32Array; // [window + 1]
  /** Where the answer stands; the question stands before it. */
  readonly answerAt: number;
}

/** A task about ones and zeros, which also lays out a sequence of one's choice: what probes of trained models ask for. */
export interface BitTask extends SequenceTask {
  readonly maximumLength: number;
  /**
   * The sequence, the question, its answer, and padding.
   *
   * @throws TaskError `SWITCHYARD_TASK_BATCH` where they do not fit into the window, `SWITCHYARD_TASK_TOKEN` for what is neither
   *   0 nor 1, `SWITCHYARD_TASK_OPTION` for more bits than the vocabulary has answers for
   */
  layOut(bits: readonly number[], window: number): BitItem;
}

/** What one task about ones and zeros is apart from the others. */
interface Question {
  /** Its name as a function, for messages, and as a task. */
  readonly name: string;
  readonly title: string;
  /** Options beyond the common ones. */
  readonly keys: readonly string[];
  /** How many answers there are for sequences up to this length; 2 at least. */
  answers(maximumLength: number): number;
  draw(length: number, stream: Stream): number[];
  answer(bits: readonly number[]): number;
  /** The question and its answer in words. */
  words(bits: readonly number[]): string;
}

const MAXIMUM_LENGTH = 1024;
/** `rules` is an Int8Array. */
const MAXIMUM_RULES = 127;

/** The task that asks this question; see `countOnes` and `findZero` for what its sequences look like. */
export function bitSequence(question: Question, options: BitSequenceOptions): BitTask {
  const { name, title } = question;
  checkKeys(name, options, ['maximumLength', 'minimumLength', 'bucket', 'padding', ...question.keys]);
  const { maximumLength = 32, minimumLength = 1, bucket = 8, padding = 'front' } = options;
  checkInteger(name, 'maximumLength', maximumLength, 1, MAXIMUM_LENGTH);
  checkInteger(name, 'minimumLength', minimumLength, 1, maximumLength);
  checkInteger(name, 'bucket', bucket, Math.ceil((maximumLength - minimumLength + 1) / MAXIMUM_RULES), MAXIMUM_LENGTH);
  checkChoice(name, 'padding', padding, ['front', 'behind']);
  const symbols = question.answers(maximumLength);
  const [ask, pad] = [symbols, symbols + 1];
  const labels = [...Array.from({ length: symbols }, (_, symbol) => String(symbol)), '?', '_'];
  const vocabulary = { size: symbols + 2, symbols, controls: 2, labels };
  const ruleOf = (length: number) => Math.floor((length - minimumLength) / bucket);
  const ruleNames = Array.from({ length: ruleOf(maximumLength) + 1 }, (_, rule) => {
    const from = minimumLength + rule * bucket;
    const to = Math.min(from + bucket - 1, maximumLength);
    return from === to ? `length ${from}` : `length ${from} to ${to}`;
  });

  /** Writes a sequence, its question and its answer. @returns where the answer stands */
  const write = (bits: readonly number[], tokens: Int32Array): number => {
    const start = padding === 'front' ? tokens.length - bits.length - 2 : 0;
    const answerAt = start + bits.length + 1;
    tokens.fill(pad);
    tokens.set(bits, start);
    tokens[answerAt - 1] = ask;
    tokens[answerAt] = question.answer(bits);
    return answerAt;
  };
  const checkWindow = (window: number, length: number) => {
    if (window > length) return;
    throw new TaskError(
      'SWITCHYARD_TASK_BATCH',
      `${name}: window ${window} does not hold a sequence of ${length} and its question; pass a window of at least ${length + 1}`,
    );
  };

  return {
    name: title,
    vocabulary,
    ruleNames,
    maximumLength,
    batch(request: BatchRequest): Batch {
      checkRequest(name, request);
      const { seed, index, batchSize, window } = request;
      checkWindow(window, maximumLength);
      const batch = emptyBatch(request);
      batch.rules.fill(-1);
      const stream = createStream(seed).fork(name, index);
      for (let row = 0; row < batchSize; row++) {
        const own = stream.fork(row);
        const length = minimumLength + own.nextInt(maximumLength - minimumLength + 1);
        const start = row * (window + 1);
        const answerAt = start + write(question.draw(length, own), batch.tokens.subarray(start, start + window + 1));
        batch.rules[answerAt] = ruleOf(length);
        batch.visible[answerAt] = 1;
      }
      return batch;
    },
    layOut(bits: readonly number[], window: number): BitItem {
      const strange = bits.find((bit) => bit !== 0 && bit !== 1);
      if (strange !== undefined) {
        throw new TaskError('SWITCHYARD_TASK_TOKEN', `${name}: ${strange} is no bit; pass zeros and ones`);
      }
      if (question.answer(bits) >= symbols) {
        throw new TaskError(
          'SWITCHYARD_TASK_OPTION',
          `${name}: the answer ${question.answer(bits)} is beyond those for sequences of ${maximumLength}; pass fewer bits`,
        );
      }
      checkWindow(window, bits.length);
      const tokens = new Int32Array(window + 1);
      return { tokens, answerAt: write(bits, tokens) };
    },
    explain(tokens: ArrayLike<number>): string[] {
      checkTokens(name, tokens, vocabulary);
      const all = Array.from(tokens);
      const askedAt = all.indexOf(ask);
      const first = all.findIndex((token) => token !== pad);
      return all.map((token, position) => {
        if (token === pad) return 'padding: it says nothing';
        if (token === ask) return 'the sequence ends here: its length is random';
        if (position !== askedAt + 1 || askedAt < 0) return 'random, nothing predicts it';
        const bits = all.slice(first, askedAt);
        const right = question.answer(bits);
        return `${question.words(bits)}${token === right ? '' : `, but ${token} stands here`}`;
      });
    },
  };
}
