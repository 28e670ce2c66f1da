/** The three mechanisms for one query, as the guide states them: scores in, weights out. */
export const mechanisms = {
  dpa: {
    label: 'dot-product',
    weights: (scores: readonly number[]) => normalized(scores.map(Math.exp)),
  },
  ea: {
    label: 'expressive',
    weights: (scores: readonly number[]) => normalized(scores.map(square), 1e-9),
  },
  cog: {
    label: 'Cog',
    weights: (scores: readonly number[]) =>
      normalized(scores.map((score) => Math.exp(Math.abs(score)))).map(
        (weight, key) => Math.sign(scores[key]!) * weight,
      ),
  },
} as const;

export type Mechanism = keyof typeof mechanisms;

/** The weight of one key beside a single other one. */
export function weigh(mechanism: Mechanism, score: number, other: number): number {
  return mechanisms[mechanism].weights([score, other])[0]!;
}

/** z² / (1 + z²): large for parallel and antiparallel, small for orthogonal. */
function square(score: number): number {
  return score ** 2 / (1 + score ** 2);
}

function normalized(values: readonly number[], epsilon = 0): number[] {
  const sum = values.reduce((total, value) => total + value, epsilon);
  return values.map((value) => value / sum);
}
