import { type BitSequenceOptions, type BitTask, bitSequence } from './bit-sequence.ts';
import { checkChoice } from './check.ts';

export interface FindZeroOptions extends BitSequenceOptions {
  /** Where the zero stands, from 1, 0 for nowhere; or whether there is one, 1 or 0. Default 'place'. */
  readonly ask?: 'place' | 'presence';
}

/**
 * Where is the zero? A window holds one sequence of ones of uniformly drawn length n with one zero or none, the question `?`, and
 * the answer; the rest is padding `_`. `ask: 'place'`: the answer is the place of the zero, counted from 1, and 0 where there
 * is none; all n + 1 answers are equally likely. `ask: 'presence'`: the answer is 1 if there is a zero and 0 if not, equally
 * likely; the zero stands anywhere.
 *
 * Only the answer has a rule, named after the length: 'length 1 to 8', …. Symbols are the answers, 0 and 1 among them; the
 * question and the padding are control tokens. The more ones there are, the less of softmax attention is left for the one
 * zero. Claim 8 of PAPERS.md. (r: the probe is named in [L24]; Barbero et al. 2024, arXiv 2406.04267, have sequences of ones
 * with one zero; layout and distribution are ours)
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for options out of range or unknown; from `batch`, `SWITCHYARD_TASK_BATCH` for a
 *   window that does not hold the longest sequence and its question
 */
export function findZero(options: FindZeroOptions = {}): BitTask {
  const { ask = 'place', ...common } = options;
  checkChoice('findZero', 'ask', ask, ['place', 'presence']);
  const place = (bits: readonly number[]) => bits.indexOf(0) + 1;
  return bitSequence(
    {
      name: 'findZero',
      title: `find-zero-${ask}`,
      keys: ['ask'],
      answers: (maximumLength) => (ask === 'place' ? maximumLength + 1 : 2),
      draw(length, stream) {
        const without = stream.nextInt(ask === 'place' ? length + 1 : 2) === 0;
        const zero = without ? length : stream.nextInt(length);
        return Array.from({ length }, (_, index) => (index === zero ? 0 : 1));
      },
      answer: (bits) => (ask === 'place' ? place(bits) : Math.min(place(bits), 1)),
      words: (bits) =>
        place(bits) === 0
          ? `none of the ${bits.length} before the question is a zero`
          : `the zero stands at place ${place(bits)} of ${bits.length}`,
    },
    common,
  );
}
