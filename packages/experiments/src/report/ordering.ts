import type { Level } from '../study/schema.ts';

/**
 * The published picture of IARC: cisformer with expressive attention near 95 %, everything else modest (p). No public text
 * gives the other accuracies; that "near" allows 3 points, and "modest" leaves at least 10 to 95 %, is our reading (r).
 */
export const publishedPicture = { accuracy: 0.95, near: 0.03, gap: 0.1 } as const;

/** How the accuracies of one reading of the task compare with the published picture. */
export interface Ordering {
  /** From the highest accuracy to the lowest. */
  readonly ranking: readonly Level[];
  /** Accuracy of cisformer and EA less the highest of the others: positive where it is first. */
  readonly advantage: number;
  /**
   * √((w² + mean of oᵢ²) ÷ 2): w is how far cisformer and EA miss 95 ± 3 %, oᵢ by how much another model exceeds 85 %.
   * 0 exactly where the published picture holds.
   */
  readonly distance: number;
  readonly holds: boolean;
}

/** True for the level that stands for the cisformer with expressive attention. */
export function isPublishedWinner(level: Level): boolean {
  const words = String(level).toLowerCase().split(/\W+/);
  return words.includes('cisformer') && words.includes('ea');
}

/** Undefined where the winner, or every other model, is missing. */
export function orderingOf(accuracies: ReadonlyMap<Level, number>): Ordering | undefined {
  const { accuracy, near, gap } = publishedPicture;
  const entries = [...accuracies];
  const winner = entries.find(([level]) => isPublishedWinner(level))?.[1];
  const others = entries.flatMap(([level, value]) => (isPublishedWinner(level) ? [] : [value]));
  if (winner === undefined || others.length === 0) return undefined;
  const miss = Math.max(0, Math.abs(winner - accuracy) - near);
  const excess = others.map((value) => Math.max(0, value - (accuracy - gap)));
  const squares = excess.reduce((sum, value) => sum + value * value, 0) / others.length;
  const distance = Math.sqrt((miss * miss + squares) / 2);
  return {
    ranking: entries.toSorted(([, a], [, b]) => b - a).map(([level]) => level),
    advantage: winner - Math.max(...others),
    distance,
    // Rounding alone must not decide: 0.85 − (0.95 − 0.1) is not 0 in binary.
    holds: distance < 1e-9,
  };
}
