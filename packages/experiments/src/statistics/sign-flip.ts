import { createStream } from '@switchyard/random';

/** What is claimed of a mean difference: above 0, below 0, or either. */
export type Alternative = 'greater' | 'less' | 'different';

export interface SignFlipTest {
  readonly p: number;
  /** The smallest p that as many differences can give: 2⁻ⁿ, twice that for `different`. */
  readonly smallest: number;
  /** True where every assignment of signs was counted. */
  readonly exact: boolean;
}

/** Up to this many differences all 2ⁿ assignments are counted. */
const largestExact = 12;
const drawn = 9999;

/** The smallest p of a sign-flip test of n differences. With 5 seeds: 1/32, and 1/16 for a two-sided test. */
export function smallestP(count: number, alternative: Alternative): number {
  const oneSided = count <= largestExact ? 2 ** -count : 1 / (drawn + 1);
  return Math.min(1, alternative === 'different' ? 2 * oneSided : oneSided);
}

/**
 * Permutation test of paired differences. Where nothing sets the two members of a pair apart, each difference is as likely
 * with either sign; p is the share of sign assignments whose sum is at least as far in the claimed direction as the sum
 * seen. All 2ⁿ of them are counted for n ≤ 12; for more differences p = (1 + hits) ÷ (1 + 9999) over 9999 drawn from a
 * stream of their own.
 *
 * Source: Fisher, The Design of Experiments (1935), 21; for drawn assignments Phipson and Smyth, Statistical Applications
 * in Genetics and Molecular Biology 9 (2010), article 39.
 */
export function signFlipTest(differences: readonly number[], alternative: Alternative): SignFlipTest {
  const count = differences.length;
  const exact = count <= largestExact;
  const observed = differences.reduce((sum, difference) => sum + difference, 0);
  // Sums that are equal on paper must count as equal: rounding may set them apart by a few last bits.
  const slack = 1e-12 * differences.reduce((sum, difference) => sum + Math.abs(difference), 0);
  const asFar: Record<Alternative, (sum: number) => boolean> = {
    greater: (sum) => sum >= observed - slack,
    less: (sum) => sum <= observed + slack,
    different: (sum) => Math.abs(sum) >= Math.abs(observed) - slack,
  };
  const sums = exact ? allSums(differences) : drawnSums(differences);
  const hits = sums.filter(asFar[alternative]).length;
  return {
    p: exact ? hits / sums.length : (hits + 1) / (sums.length + 1),
    smallest: smallestP(count, alternative),
    exact,
  };
}

function allSums(differences: readonly number[]): number[] {
  return differences.reduce<number[]>(
    (sums, difference) => sums.flatMap((sum) => [sum + difference, sum - difference]),
    [0],
  );
}

function drawnSums(differences: readonly number[]): number[] {
  const stream = createStream('switchyard sign flips').fork(differences.length);
  return Array.from({ length: drawn }, () =>
    differences.reduce((sum, difference) => (stream.nextInt(2) === 0 ? sum + difference : sum - difference), 0),
  );
}
