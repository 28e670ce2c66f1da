/**
 * p values of several tests corrected together after Holm: sorted ascending, p₍ᵢ₎ becomes max over j ≤ i of
 * min(1, (m − j + 1)·p₍ⱼ₎), in the order they came in. Rejecting where the corrected p is at most α errs anywhere in the
 * family with probability at most α, whatever the dependence between the tests.
 *
 * Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6 (1979).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
  const corrected = pValues.map(() => 1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!));
    corrected[index] = largest;
  }
  return corrected;
}
