import { studentQuantile } from './student-t.ts';

/** One combination of a design and what was measured there. */
export interface DesignPoint {
  readonly factors: Readonly<Record<string, string | number | boolean>>;
  readonly value: number;
}

export interface LevelEffect {
  readonly level: string | number | boolean;
  /** How many points have it. */
  readonly count: number;
  /** Departure of this level from the middle of all levels of its factor, other factors held fixed. */
  readonly effect: number;
  /** 95 % interval of the effect; NaN where the design leaves no degree of freedom to estimate the noise. */
  readonly lower: number;
  readonly upper: number;
}

export interface FactorEffect {
  readonly factor: string;
  readonly levels: readonly LevelEffect[];
  /** Largest effect less smallest. */
  readonly spread: number;
}

export interface MainEffects {
  /** What the model says of the middle of all factors. */
  readonly middle: number;
  /** From the widest spread to the narrowest. */
  readonly factors: readonly FactorEffect[];
  /** Factors whose levels cannot be told apart from those of the others: the design ties them together. */
  readonly aliased: readonly string[];
  /** Standard deviation of what the main effects leave unexplained, and its degrees of freedom. */
  readonly residual: number;
  readonly freedom: number;
}

interface Column {
  readonly factor: string;
  /** Code of every level: 1 for its own, −1 for the last, 0 else, so that effects of a factor sum to 0. */
  readonly code: (level: unknown) => number;
}

/** What pivot of the normalised normal equations counts as 0: columns that others already span. */
const tolerance = 1e-9;

/**
 * Main effects of the factors of a design, full or fractional, balanced or not: least squares of
 * y = μ + Σ_factors effect(level) + ε with the effects of each factor summing to 0, solved by the sweep operator on the
 * normal equations; intervals are effect ± t₀.₉₇₅(ν)·s·√v with residual deviation s on ν degrees of freedom and v from
 * (XᵀX)⁻¹. Interactions are not modelled: they end up in s, or in the main effects that a fractional design aliases
 * with them.
 *
 * Source: Box, Hunter and Hunter, Statistics for Experimenters (2005), chapters 5 and 6; Goodnight, A Tutorial on the
 * SWEEP Operator, The American Statistician 33 (1979).
 */
export function mainEffects(points: readonly DesignPoint[]): MainEffects {
  const names = [...new Set(points.flatMap((point) => Object.keys(point.factors)))];
  const levels = new Map(names.map((name) => [name, [...new Set(points.map((point) => point.factors[name]))]]));
  const columns = names.flatMap((factor): Column[] => {
    const [last, ...others] = levels.get(factor)!.toReversed();
    return others.toReversed().map((own) => ({
      factor,
      code: (level) => (level === own ? 1 : level === last ? -1 : 0),
    }));
  });
  // [1, columns…, y] for every point.
  const rows = points.map(({ factors, value }) => [
    1,
    ...columns.map(({ factor, code }) => code(factors[factor])),
    value,
  ]);
  const size = columns.length + 1;
  const swept = sweep(crossProducts(rows), size);
  const alive = swept.pivots.reduce((count, pivot) => count + Number(pivot), 0);
  const freedom = points.length - alive;
  const residual = freedom > 0 ? Math.sqrt(Math.max(0, swept.matrix[size]![size]!) / freedom) : Number.NaN;
  const quantile = freedom > 0 ? studentQuantile(0.975, freedom) : Number.NaN;
  const aliased = names.filter((name) =>
    columns.some((column, index) => column.factor === name && !swept.pivots[index + 1]),
  );

  /** Σ weights·coefficient with the interval that follows from the covariance of the coefficients. */
  const contrast = (weights: readonly number[]) => {
    let effect = 0;
    let variance = 0;
    for (const [i, a] of weights.entries()) {
      if (a === 0) continue;
      effect += a * swept.matrix[i]![size]!;
      for (const [j, b] of weights.entries()) variance += a * b * swept.matrix[i]![j]!;
    }
    const reach = quantile * residual * Math.sqrt(Math.max(0, variance));
    return { effect, lower: effect - reach, upper: effect + reach };
  };
  const factors = names
    .filter((name) => levels.get(name)!.length > 1 && !aliased.includes(name))
    .map((factor): FactorEffect => {
      const effects = levels.get(factor)!.map((level) => ({
        level: level!,
        count: points.filter((point) => point.factors[factor] === level).length,
        ...contrast([0, ...columns.map((column) => (column.factor === factor ? column.code(level) : 0))]),
      }));
      const sizes = effects.map(({ effect }) => effect);
      return { factor, levels: effects, spread: Math.max(...sizes) - Math.min(...sizes) };
    })
    .sort((a, b) => b.spread - a.spread);
  return { middle: swept.matrix[0]?.[size] ?? Number.NaN, factors, aliased, residual, freedom };
}

function crossProducts(rows: readonly (readonly number[])[]): number[][] {
  const width = rows[0]?.length ?? 0;
  return Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
}

/**
 * Sweeps the first `size` columns of a matrix of cross products [X y]ᵀ[X y]: coefficients stand in its last column then,
 * (XᵀX)⁻¹ before it, the residual sum of squares in the corner. A column that earlier ones span is left out: its row and
 * column become 0.
 */
function sweep(matrix: number[][], size: number): { matrix: number[][]; pivots: boolean[] } {
  const lengths = matrix.map((row, index) => row[index]!);
  const pivots: boolean[] = [];
  for (let k = 0; k < size; k++) {
    const pivot = matrix[k]![k]!;
    pivots[k] = pivot > tolerance * lengths[k]!;
    if (!pivots[k]) {
      for (let j = 0; j < matrix.length; j++) {
        matrix[k]![j] = 0;
        matrix[j]![k] = 0;
      }
      continue;
    }
    for (let j = 0; j < matrix.length; j++) matrix[k]![j]! /= pivot;
    for (let i = 0; i < matrix.length; i++) {
      const factor = matrix[i]![k]!;
      if (i === k) continue;
      for (let j = 0; j < matrix.length; j++) matrix[i]![j]! -= factor * matrix[k]![j]!;
      matrix[i]![k] = -factor / pivot;
    }
    matrix[k]![k] = 1 / pivot;
  }
  return { matrix, pivots };
}
