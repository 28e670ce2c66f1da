/**
 * Pearson's statistic of counts against expected shares, as a number of standard deviations by the cube root of Wilson and
 * Hilferty.
 */
export function chiSquareDeviation(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const freedom = counts.length - 1;
  const statistic = counts.reduce((sum, count, i) => sum + (count - total * shares[i]!) ** 2 / (total * shares[i]!), 0);
  return (Math.cbrt(statistic / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
}
