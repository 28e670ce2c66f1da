import { AttentionError } from './errors.ts';

/**
 * Slopes of the distance penalty, one per head: 2^(−8(h+1)/H) for head h of H. [PAPERS.md §2 (s); the slopes are those of
 * ALiBi, Press et al. 2022, for H a power of two; we use the same formula for every H (r).]
 *
 * @throws AttentionError when `heads` is not a positive integer
 */
export function alibiSlopes(heads: number): number[] {
  if (!Number.isInteger(heads) || heads < 1) {
    throw new AttentionError('SWITCHYARD_ATTENTION_OPTION', `heads ${heads}: must be a positive integer`);
  }
  return Array.from({ length: heads }, (_, head) => 2 ** ((-8 * (head + 1)) / heads));
}
