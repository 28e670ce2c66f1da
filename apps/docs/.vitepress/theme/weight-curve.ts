import { type Mechanism, weigh } from './weight-functions.ts';

/** Scores run over −reach … reach in the drawings. */
export const reach = 4;

/** The SVG path of a key's weight over its score, beside another key with score `other`. */
export function weightCurve(
  mechanism: Mechanism,
  other: number,
  { x, y }: { x: (score: number) => number; y: (weight: number) => number },
): string {
  // Cog jumps at 0, so its two halves are drawn apart.
  const pieces =
    mechanism === 'cog'
      ? ([
          [-reach, -1e-6],
          [1e-6, reach],
        ] as const)
      : ([[-reach, reach]] as const);
  return pieces
    .map(([from, to]) =>
      Array.from({ length: 161 }, (_, k) => from + (k / 160) * (to - from))
        .map((score) => `${x(score).toFixed(1)} ${y(weigh(mechanism, score, other)).toFixed(1)}`)
        .join('L'),
    )
    .map((points) => `M${points}`)
    .join('');
}
