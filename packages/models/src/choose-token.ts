/** How a token is drawn from logits. */
export interface Choice {
  /** Divides the logits: below 1 likely tokens become likelier. 0: always the likeliest. */
  readonly temperature: number;
  /** Only so many of the likeliest tokens are left in the draw. */
  readonly topK?: number | undefined;
  /** Only the likeliest tokens whose probabilities add up to this share are left in the draw, at least one. */
  readonly topP: number;
}

/**
 * Draws a token: p = softmax(logits / temperature), cut to `topK`, then to `topP` of what is left (nucleus sampling [Holtzman et al.
 * 2020]), divided by its sum. Of equally likely tokens the one with the smaller id comes first.
 *
 * @param logits finite, one for each token
 * @param uniform from [0, 1): where in the draw
 */
export function chooseToken(logits: Float32Array, { temperature, topK, topP }: Choice, uniform: number): number {
  const largest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  if (temperature === 0 || topK === 1) return logits.indexOf(largest);
  const likelihoods = Array.from(logits, (value) => Math.exp((value - largest) / temperature));
  const order = likelihoods.map((_, token) => token);
  // Without a cut any order will do.
  if (topK !== undefined || topP < 1) order.sort((a, b) => logits[b]! - logits[a]! || a - b);
  const first = order.slice(0, topK);
  const all = first.reduce((sum, token) => sum + likelihoods[token]!, 0);
  let kept = 0;
  let count = 0;
  while (count < first.length && (count === 0 || kept < topP * all)) kept += likelihoods[first[count++]!]!;
  let left = uniform * kept;
  for (const token of first.slice(0, count)) {
    left -= likelihoods[token]!;
    if (left < 0) return token;
  }
  return first[count - 1]!; // rounding
}
