/** λ and V of a symmetric matrix A = V·diag(λ)·Vᵀ. */
export interface Eigen {
  readonly values: Float64Array;
  /** [n, n], row-major; column k belongs to value k. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, by the cyclic Jacobi method: rotations that make one pair of
 * off-diagonal elements 0, swept over all pairs until none is left. For the few hundred dimensions of features.
 *
 * @param matrix [n, n], row-major; it is not changed
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const total = frobenius(a) || 1;
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n) > 1e-15 * total; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors: v };
}

function frobenius(a: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value) => sum + value ** 2, 0));
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) sum += 2 * a[p * n + q]! ** 2;
  return Math.sqrt(sum);
}

/** One rotation in the plane of p and q, which makes a[p, q] zero. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const pivot = a[p * n + q]!;
  if (pivot === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * pivot);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
    const [i, j] = [v[k * n + p]!, v[k * n + q]!];
    v[k * n + p] = c * i - s * j;
    v[k * n + q] = s * i + c * j;
  }
}
