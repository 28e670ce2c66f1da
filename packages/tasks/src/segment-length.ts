import type { Stream } from '@switchyard/random';
import { checkChoice, checkInteger } from './check.ts';
import { TaskError } from './errors.ts';

/** How long a subtask lasts before the next control token. */
export interface SwitchingOptions {
  /**
   * 'geometric' (default, reconstruction): once a segment holds `minimumSegment` symbols, a control token follows each
   * symbol with `switchProbability`. 'binomial' (arXiv 2609.11913): segment length ~ Binomial(n = 9, mean 6), which may be
   * 0, so that two control tokens stand side by side.
   */
  readonly switching?: 'geometric' | 'binomial';
  /** Of the geometric policy: in (0, 1], default 1/8. */
  readonly switchProbability?: number;
  /** Of the geometric policy: symbols a segment holds at least, default 1. */
  readonly minimumSegment?: number;
}

export interface SegmentLength {
  /** Draws a number of symbols; from `limit` on it need not go on counting. */
  draw(stream: Stream, limit: number): number;
  /** Expected number of symbols. */
  readonly mean: number;
}

/** @throws TaskError `SWITCHYARD_TASK_OPTION` for options out of range */
export function segmentLength(task: string, options: SwitchingOptions): SegmentLength {
  const { switching = 'geometric', switchProbability = 1 / 8, minimumSegment = 1 } = options;
  checkChoice(task, 'switching', switching, ['geometric', 'binomial']);
  checkInteger(task, 'minimumSegment', minimumSegment, 1, 2 ** 16);
  if (!(switchProbability > 0 && switchProbability <= 1)) {
    throw new TaskError(
      'SWITCHYARD_TASK_OPTION',
      `${task}: switchProbability is ${switchProbability}, but must be above 0 and at most 1; pass such a number`,
    );
  }
  return switching === 'binomial' ? binomial() : geometric(switchProbability, minimumSegment);
}

/** Lengths beyond this many symbols past the minimum take a second word, which starts from there: no memory. */
const TABLE = 64;

function geometric(switchProbability: number, minimumSegment: number): SegmentLength {
  const survival: number[] = [];
  for (let share = 1 - switchProbability; survival.length < TABLE; share *= 1 - switchProbability) survival.push(share);
  const thresholds = asWords(survival);
  return {
    mean: minimumSegment + (1 - switchProbability) / switchProbability,
    draw(stream, limit) {
      let length = minimumSegment;
      while (length < limit) {
        const more = countAbove(thresholds, stream.nextUint32());
        length += more;
        if (more < TABLE) break;
      }
      return length;
    },
  };
}

/** Binomial coefficients of 9 trials, for 0 … 9 successes. */
const WAYS = [1, 9, 36, 84, 126, 126, 84, 36, 9, 1];
const MEAN = 6;

function binomial(): SegmentLength {
  // Success has probability 6/9 = 2/3: k successes can happen in 2^k WAYS[k] of 3^9 equally likely cases.
  const survival = WAYS.map((_, successes) => {
    const cases = WAYS.map((ways, more) => (more > successes ? ways * 2 ** more : 0));
    return cases.reduce((sum, count) => sum + count) / 3 ** 9;
  });
  const thresholds = asWords(survival);
  return { mean: MEAN, draw: (stream) => countAbove(thresholds, stream.nextUint32()) };
}

/** Falling probabilities as numbers of 32-bit words. */
function asWords(shares: readonly number[]): Float64Array {
  return Float64Array.from(shares, (share) => Math.round(share * 2 ** 32));
}

/** How many of the falling thresholds are above the word: one draw by inversion. */
function countAbove(thresholds: Float64Array, word: number): number {
  let count = 0;
  while (count < thresholds.length && word < thresholds[count]!) count++;
  return count;
}
