/** The three mechanisms for two keys, as the guide states them (scores in, weights out). */
export const mechanisms = {
  dpa: {
    label: 'dot-product',
    weigh: (score: number, other: number) => Math.exp(score) / (Math.exp(score) + Math.exp(other)),
  },
  ea: {
    label: 'expressive',
    weigh: (score: number, other: number) => square(score) / (square(score) + square(other) + 1e-9),
  },
  cog: {
    label: 'Cog',
    weigh: (score: number, other: number) =>
      (Math.sign(score) * Math.exp(Math.abs(score))) / (Math.exp(Math.abs(score)) + Math.exp(Math.abs(other))),
  },
} as const;

export type Mechanism = keyof typeof mechanisms;

/** z² / (1 + z²): large for parallel and antiparallel, small for orthogonal. */
function square(score: number): number {
  return score ** 2 / (1 + score ** 2);
}
