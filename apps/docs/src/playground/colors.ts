type Color = readonly [red: number, green: number, blue: number];

/** The colours of weights: at 0, and at 1 and −1. */
export interface Scale {
  readonly zero: Color;
  readonly positive: Color;
  readonly negative: Color;
}

/** On light and on dark paper. Blue adds, red subtracts, as in the maps of `switchyard inspect`. */
export const scales: Record<'light' | 'dark', Scale> = {
  light: { zero: [247, 245, 240], positive: [18, 72, 134], negative: [174, 35, 24] },
  dark: { zero: [30, 33, 38], positive: [126, 190, 255], negative: [255, 138, 112] },
};

/** The colour of a weight: from that of 0 towards that of its sign, at full strength from ±`limit` on. */
export function colorOf(weight: number, limit: number, { zero, positive, negative }: Scale): Color {
  const strength = Math.min(1, Math.sqrt(Math.abs(weight) / limit)); // small weights are to be seen, too
  const end = weight < 0 ? negative : positive;
  const mix = (channel: 0 | 1 | 2) => Math.round(zero[channel] + (end[channel] - zero[channel]) * strength);
  return Number.isFinite(strength) ? [mix(0), mix(1), mix(2)] : zero;
}

/** Weights as an image of one pixel each, RGBA. */
export function paint(weights: ArrayLike<number>, limit: number, scale: Scale): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * weights.length);
  for (let at = 0; at < weights.length; at++) pixels.set([...colorOf(weights[at]!, limit, scale), 255], 4 * at);
  return pixels;
}
