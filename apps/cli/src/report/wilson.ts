/**
 * Wilson score interval of a proportion p̂ seen in n independent trials:
 * (p̂ + z²/2n ± z·√(p̂(1−p̂)/n + z²/4n²)) ÷ (1 + z²/n). Unlike p̂ ± z·s it stays inside [0, 1] and is right for p̂ near 0 or 1.
 *
 * @param z quantile of the normal distribution; 1.96 gives 95 %
 * @returns [lower, upper]; [0, 1] without trials
 */
export function wilsonInterval(proportion: number, trials: number, z = 1.959964): [lower: number, upper: number] {
  if (trials === 0) return [0, 1];
  const squared = (z * z) / trials;
  const centre = (proportion + squared / 2) / (1 + squared);
  const half = (z / (1 + squared)) * Math.sqrt((proportion * (1 - proportion)) / trials + squared / (4 * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
