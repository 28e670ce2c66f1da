import { DiffusionError } from './errors.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Mean and covariance of features. */
export interface FeatureStatistics {
  readonly dimensions: number;
  /** How many images they are of. */
  readonly count: number;
  readonly mean: Float64Array;
  /** [dimensions, dimensions], of the sample (divided by count − 1). */
  readonly covariance: Float64Array;
}

/**
 * Statistics of features.
 *
 * @param features [count, dimensions]
 * @throws DiffusionError `SWITCHYARD_DIFFUSION_OPTION` for fewer than two images
 */
export function featureStatistics(features: Float32Array, dimensions: number): FeatureStatistics {
  const count = features.length / dimensions;
  if (count < 2) {
    throw new DiffusionError('SWITCHYARD_DIFFUSION_OPTION', `statistics of ${count} images: they need two or more`);
  }
  const mean = new Float64Array(dimensions);
  for (const [i, value] of features.entries()) mean[i % dimensions]! += value / count;
  const covariance = new Float64Array(dimensions * dimensions);
  const centred = new Float64Array(dimensions);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < dimensions; i++) centred[i] = features[row * dimensions + i]! - mean[i]!;
    for (let i = 0; i < dimensions; i++) {
      for (let j = 0; j < dimensions; j++) covariance[i * dimensions + j]! += (centred[i]! * centred[j]!) / (count - 1);
    }
  }
  return { dimensions, count, mean, covariance };
}

/**
 * The Fréchet distance between the normal distributions that have these statistics:
 * |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2·(Σ₁^½ Σ₂ Σ₁^½)^½).
 *
 * FID is this distance for the features of one network, Inception-v3; with any other features its numbers mean something
 * else. Few images bias it upwards, so compare only distances of equally many images to the same reference.
 */
export function frechetDistance(a: FeatureStatistics, b: FeatureStatistics): number {
  const n = a.dimensions;
  const root = squareRoot(a.covariance, n);
  const inner = multiply(multiply(root, b.covariance, n), root, n);
  const overlap = symmetricEigen(symmetrized(inner, n), n).values.reduce((sum, value) => sum + rootOf(value), 0);
  const apart = a.mean.reduce((sum, mean, i) => sum + (mean - b.mean[i]!) ** 2, 0);
  return Math.max(0, apart + trace(a.covariance, n) + trace(b.covariance, n) - 2 * overlap);
}

/** Σ^½ of a symmetric matrix without negative eigenvalues; those that rounding made negative count as 0. */
function squareRoot(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const scaled = vectors.map((value, i) => value * rootOf(values[i % n]!));
  return multiply(scaled, transposed(vectors, n), n);
}

const rootOf = (value: number) => Math.sqrt(Math.max(value, 0));

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!;
      for (let j = 0; j < n; j++) product[i * n + j]! += factor * b[k * n + j]!;
    }
  }
  return product;
}

function transposed(a: Float64Array, n: number): Float64Array {
  return a.map((_, i) => a[(i % n) * n + Math.floor(i / n)]!);
}

function symmetrized(a: Float64Array, n: number): Float64Array {
  const other = transposed(a, n);
  return a.map((value, i) => (value + other[i]!) / 2);
}

function trace(a: Float64Array, n: number): number {
  return a.reduce((sum, value, i) => (i % (n + 1) === 0 ? sum + value : sum), 0);
}
