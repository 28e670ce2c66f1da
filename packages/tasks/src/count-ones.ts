import { type BitSequenceOptions, type BitTask, bitSequence } from './bit-sequence.ts';

/** See {@link BitSequenceOptions}. */
export type CountOnesOptions = BitSequenceOptions;

/**
 * How many ones are there? A window holds one sequence of zeros and ones of uniformly drawn length n, the question `?`, and the
 * answer 0 … n; the rest is padding `_`. Every number of ones is equally likely, and so is every arrangement of them.
 *
 * Only the answer has a rule, named after the length: 'length 1 to 8', …. Symbols are the answers 0 … maximumLength, 0 and 1
 * among them; the question and the padding are control tokens.
 *
 * Counting is where Barbero et al. 2024 ("Transformers need glasses!", arXiv 2406.04267) see representations collapse: the
 * last token of n ones and that of n + 1 ones come ever closer under softmax attention. Claim 8 of PAPERS.md. (r: the probe is
 * named in [L24]; layout and distribution are ours)
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for options out of range or unknown; from `batch`, `SWITCHYARD_TASK_BATCH` for a
 *   window that does not hold the longest sequence and its question
 */
export function countOnes(options: CountOnesOptions = {}): BitTask {
  const count = (bits: readonly number[]) => bits.reduce((sum, bit) => sum + bit, 0);
  return bitSequence(
    {
      name: 'countOnes',
      title: 'count-ones',
      keys: [],
      answers: (maximumLength) => maximumLength + 1,
      draw(length, stream) {
        let ones = stream.nextInt(length + 1);
        // Each place in turn gets one of the ones left, with the chance that makes all arrangements equally likely.
        return Array.from({ length }, (_, place) => {
          const bit = stream.nextInt(length - place) < ones ? 1 : 0;
          ones -= bit;
          return bit;
        });
      },
      answer: count,
      words: (bits) => `${count(bits)} of the ${bits.length} before the question are ones`,
    },
    options,
  );
}
