import { createStream } from '@switchyard/random';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FeatureStatistics, featureStatistics, frechetDistance } from './frechet-distance.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

const seed = fc.integer({ min: 0, max: 1e6 });
const size = fc.integer({ min: 1, max: 24 });

function symmetric(seed: number, n: number): Float64Array {
  const numbers = createStream(seed).fill(new Float32Array(n * n), 'normal');
  return Float64Array.from(numbers, (value, i) => value + numbers[(i % n) * n + Math.floor(i / n)]!);
}

test('V is orthogonal and V·diag(λ)·Vᵀ is the matrix', () => {
  fc.assert(
    fc.property(seed, size, (seed, n) => {
      const matrix = symmetric(seed, n);
      const { values, vectors } = symmetricEigen(matrix, n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let [product, inner] = [0, 0];
          for (let k = 0; k < n; k++) {
            product += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!;
            inner += vectors[i * n + k]! * vectors[j * n + k]!;
          }
          expect(product).toBeCloseTo(matrix[i * n + j]!, 10);
          expect(inner).toBeCloseTo(i === j ? 1 : 0, 12);
        }
      }
    }),
    { numRuns: 20 },
  );
});

test('eigenvalues of a matrix whose eigenvalues are known', () => {
  // 2 on the diagonal and −1 beside it: 2 − 2·cos(kπ ÷ (n + 1))
  const n = 50;
  const matrix = Float64Array.from({ length: n * n }, (_, i) => {
    const distance = Math.abs((i % n) - Math.floor(i / n));
    return distance === 0 ? 2 : distance === 1 ? -1 : 0;
  });
  const values = [...symmetricEigen(matrix, n).values].sort((a, b) => a - b);
  for (const [k, value] of values.entries()) {
    expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 12);
  }
});

const statistics = (seed: number, n: number, count = 3 * n + 2): FeatureStatistics =>
  featureStatistics(createStream(seed).fill(new Float32Array(count * n), 'normal'), n);

test('of independent dimensions: Σ (μ₁ − μ₂)² + (σ₁ − σ₂)²', () => {
  const diagonal = (mean: number[], deviations: number[]): FeatureStatistics => ({
    dimensions: 3,
    count: 10,
    mean: Float64Array.from(mean),
    covariance: Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? deviations[i / 4]! ** 2 : 0)),
  });
  const distance = frechetDistance(diagonal([0, 1, 2], [1, 2, 0]), diagonal([1, 1, 0], [3, 2, 0.5]));
  expect(distance).toBeCloseTo(1 + 4 + 4 + 0.25, 10);
});

test('it is 0 to itself, symmetric, and of two shifted clouds the square of the shift', () => {
  fc.assert(
    fc.property(seed, seed, size, (one, other, n) => {
      const [a, b] = [statistics(one, n), statistics(other, n)];
      expect(frechetDistance(a, a)).toBeCloseTo(0, 9);
      expect(frechetDistance(a, b)).toBeCloseTo(frechetDistance(b, a), 8);
      const shifted = { ...a, mean: a.mean.map((value) => value + 2) };
      expect(frechetDistance(a, shifted)).toBeCloseTo(4 * n, 8);
    }),
    { numRuns: 30 },
  );
});

test('fewer images than dimensions have a distance too', () => {
  const distance = frechetDistance(statistics(1, 20, 5), statistics(2, 20, 5));
  expect(distance).toBeGreaterThan(1);
  expect(distance).toBeLessThan(100);
});

test('mean and covariance of features, by hand', () => {
  const { mean, covariance } = featureStatistics(Float32Array.of(1, 2, 3, 6, 5, 4), 2);
  expect([...mean]).toEqual([3, 4]);
  for (const [i, value] of [4, 2, 2, 4].entries()) expect(covariance[i]).toBeCloseTo(value, 12);
});
