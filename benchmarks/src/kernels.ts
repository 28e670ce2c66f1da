import { type SimdBackend, setSimdThreads, simdInfo } from '@switchyard/backend-simd';
import type { BackendName } from '@switchyard/training';
import { selectBackend } from '@switchyard/training/node';
import * as tf from '@tensorflow/tfjs';

export interface KernelMeasurement {
  readonly benchmark: 'kernel';
  /** `matMul A × B`, with ᵀ where an operand is stored transposed. */
  readonly kernel: string;
  readonly backend: string;
  /** Of the backend `simd`. */
  readonly threads?: number;
  /** Best round: on a shared machine the least disturbed one. */
  readonly microseconds: number;
  readonly gigaflops: number;
  /** Of what the micro-kernel reaches with operands in the L1 cache, times the threads; only of the backend `simd`. */
  readonly share?: number;
}

interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batches?: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Large squares, then what the peer configurations multiply: forward, gradient of the input, gradient of the weights. */
const products: readonly Product[] = [
  { m: 512, n: 512, k: 512 },
  { m: 512, n: 512, k: 512, transposeA: true },
  { m: 512, n: 512, k: 512, transposeB: true },
  { m: 1280, n: 96, k: 32 },
  { m: 1280, n: 32, k: 96, transposeB: true },
  { m: 32, n: 96, k: 1280, transposeA: true },
  { m: 1280, n: 128, k: 32 },
  { m: 1280, n: 32, k: 128 },
  { m: 128, n: 32, k: 1280, transposeA: true },
  { m: 1280, n: 20, k: 32 },
  { m: 64, n: 256, k: 400 },
  { m: 400, n: 256, k: 64, transposeA: true },
  { m: 64, n: 384, k: 96 },
  { m: 96, n: 384, k: 1280, transposeA: true },
  { m: 2048, n: 256, k: 64 },
  { m: 2048, n: 64, k: 256, transposeB: true },
  { m: 64, n: 256, k: 2048, transposeA: true },
  { m: 2048, n: 512, k: 128 },
  { m: 128, n: 512, k: 2048, transposeA: true },
  { m: 20, n: 20, k: 32, batches: 64, transposeB: true },
  { m: 64, n: 96, k: 32, batches: 20 },
];

/**
 * Times matrix products on each of `backends` that loads, interleaved: every round runs all of them, so that a slow moment of the
 * machine hurts all alike. `simd` is measured with one thread and with all of its threads.
 */
export async function measureKernels(
  backends: readonly BackendName[] = ['simd', 'wasm'],
  rounds = 15,
): Promise<KernelMeasurement[]> {
  const available = await loadable(backends);
  const threads = simdInfo()?.threads ?? 1;
  const passes = [await measurePass(available, 1, rounds)];
  if (threads > 1 && available.includes('simd')) passes.push(await measurePass(['simd'], threads, rounds));
  const peak = Math.max(...passes.map((pass) => pass.peak));
  return passes.flatMap((pass) =>
    pass.times.map(({ product, backend, microseconds }) => {
      const gigaflops = operations(product) / microseconds / 1e3;
      const measurement = { benchmark: 'kernel', kernel: label(product), backend } as const;
      const speed = { microseconds: round(microseconds), gigaflops: round(gigaflops) };
      if (backend !== 'simd') return { ...measurement, ...speed };
      const share = round(gigaflops / (peak * pass.threads));
      return { ...measurement, backend: `simd (${simdInfo()?.build})`, threads: pass.threads, ...speed, share };
    }),
  );
}

async function measurePass(backends: readonly BackendName[], threads: number, rounds: number) {
  if (backends.includes('simd')) await restartSimd(threads);
  const times = products.flatMap((product) =>
    backends.map((backend) => ({ product, backend, microseconds: Number.POSITIVE_INFINITY })),
  );
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    for (const entry of times) {
      await tf.setBackend(entry.backend);
      entry.microseconds = Math.min(entry.microseconds, time(entry.product));
    }
    if (backends.includes('simd')) {
      await tf.setBackend('simd');
      peak = Math.max(peak, microKernel());
    }
  }
  return { threads, times, peak };
}

/** The number of threads is chosen when the backend starts. */
async function restartSimd(threads: number): Promise<void> {
  const factory = tf.findBackendFactory('simd');
  setSimdThreads(threads);
  tf.removeBackend('simd');
  tf.registerBackend('simd', factory, 0);
  await tf.setBackend('simd');
}

/** GFLOP/s on one thread of products that stay in the L1 cache; a call of so few is not split. */
function microKernel(): number {
  const { m, n, k, batches } = { m: 24, n: 8, k: 256, batches: 4 };
  const calls = 200;
  const backend = tf.backend() as SimdBackend;
  return tf.tidy(() => {
    const [a, b, c] = [tf.ones([m, k]), tf.ones([k, n]), tf.ones([m, n])].map((x) => backend.entry(x).address);
    const start = performance.now();
    for (let call = 0; call < calls; call++) {
      backend.wasm.matmul(batches, 0, 0, 0, 0, a!, 4 * k, b!, 4 * n, c!, 4 * n, m, n, k, 0, 0, 0, 0);
    }
    return (calls * operations({ m, n, k, batches })) / (performance.now() - start) / 1e6;
  });
}

async function loadable(backends: readonly BackendName[]): Promise<BackendName[]> {
  const available: BackendName[] = [];
  for (const backend of backends) {
    try {
      await selectBackend(backend);
      available.push(backend);
    } catch (error) {
      console.error(`${backend} left out: ${(error as Error).message}`);
    }
  }
  return available;
}

/** Microseconds of one product, from as many calls as make about 20 million multiplications. */
function time(product: Product): number {
  const { m, n, k, batches = 1, transposeA = false, transposeB = false } = product;
  const calls = Math.max(1, Math.round(4e7 / operations(product)));
  return tf.tidy(() => {
    const a = tf.randomUniform([batches, ...(transposeA ? [k, m] : [m, k])], -1, 1, 'float32', 1);
    const b = tf.randomUniform([batches, ...(transposeB ? [n, k] : [k, n])], -1, 1, 'float32', 2);
    const run = () => tf.tidy(() => void tf.matMul(a, b, transposeA, transposeB));
    run();
    const start = performance.now();
    for (let call = 0; call < calls; call++) run();
    return ((performance.now() - start) / calls) * 1e3;
  });
}

function operations({ m, n, k, batches = 1 }: Product): number {
  return 2 * m * n * k * batches;
}

function label({ m, n, k, batches, transposeA, transposeB }: Product): string {
  const matrix = (rows: number, columns: number, transposed = false) => `[${rows}, ${columns}]${transposed ? 'ᵀ' : ''}`;
  const pair = `${transposeA ? matrix(k, m, true) : matrix(m, k)} × ${transposeB ? matrix(n, k, true) : matrix(k, n)}`;
  return `matMul ${batches === undefined ? '' : `${batches} of `}${pair}`;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
