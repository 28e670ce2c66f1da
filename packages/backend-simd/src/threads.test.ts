import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import workerThreads, { type Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs';
import { build } from 'esbuild';
import { afterEach, expect, test, vi } from 'vitest';
import { random } from '../test/compare.ts';
import { run } from '../test/naive.ts';
import { captureStep, SimdBackend, setSimdThreads, simdInfo } from './index.ts';
import { chooseThreads } from './threads.ts';
import { loadWasm } from './wasm-module.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** A fresh backend `simd` with that many threads; the one before is disposed. */
async function useThreads(count: number): Promise<void> {
  setSimdThreads(count);
  tf.removeBackend('simd');
  tf.registerBackend('simd', async () => new SimdBackend(await loadWasm()), 0);
  expect(await tf.setBackend('simd')).toBe(true);
  expect(simdInfo()?.threads).toBe(count);
}

test('as many threads as cores, unless SWITCHYARD_THREADS says otherwise or memory cannot be shared', async () => {
  vi.stubEnv('SWITCHYARD_THREADS', '');
  expect(chooseThreads()).toBe(Math.min(16, (await import('node:os')).availableParallelism()));
  vi.stubEnv('SWITCHYARD_THREADS', '3');
  expect(chooseThreads()).toBe(3);
  vi.stubGlobal('crossOriginIsolated', true);
  expect(chooseThreads()).toBe(3);
  vi.stubGlobal('crossOriginIsolated', false);
  expect(chooseThreads()).toBe(1);
});

test.each(['0', '1.5', 'many', '65', '-2'])('SWITCHYARD_THREADS=%s is an error that says what is allowed', (wish) => {
  vi.stubEnv('SWITCHYARD_THREADS', wish);
  expect(chooseThreads).toThrow(
    `SWITCHYARD_THREADS=${wish}: the number of threads must be a whole number from 1 to 64`,
  );
});

/** f and its gradients for all inputs. */
function withGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: tf.Tensor[]): tf.Tensor[] {
  const gradients = tf.grads((...all) => tf.sum(tf.square(f(...all))) as tf.Scalar)(inputs);
  return [f(...inputs), ...gradients];
}

const fused =
  (name: string, attributes: object = {}) =>
  (...inputs: tf.Tensor[]) =>
    run(name, inputs, attributes)[0]!;

const tokens = (shape: number[], vocabulary: number) => random(shape, 7).abs().mul(vocabulary).floor().toInt();

/** Work large enough to be cut into several chunks, by kernel. */
const jobs: Record<string, () => tf.Tensor | tf.Tensor[]> = {
  'tall product': () => tf.matMul(random([1280, 32], 1), random([32, 96], 2)),
  'wide product': () => tf.matMul(random([33, 70], 1), random([70, 1500], 2)),
  'long product': () => tf.matMul(random([2048, 64], 1), random([2048, 250], 2), true, false),
  'product with B transposed': () => tf.matMul(random([700, 130], 1), random([90, 130], 2), false, true),
  'products in batches': () => tf.matMul(random([150, 20, 16], 1), random([150, 16, 20], 2)),
  'large products in batches': () => tf.matMul(random([3, 200, 64], 1), random([3, 64, 200], 2)),
  dense: () =>
    withGradients(
      fused('SwitchyardDense', { activation: 'relu' }),
      random([640, 64], 1),
      random([64, 128], 2),
      random([128], 3),
    ),
  'dense with a residual': () =>
    withGradients(
      fused('SwitchyardDense', { activation: 'linear' }),
      random([640, 64], 1),
      random([64, 128], 2),
      random([128], 3),
      random([640, 128], 4),
    ),
  'position-wise dense': () =>
    withGradients(
      fused('SwitchyardPositionWiseDense', { activation: 'relu' }),
      random([64, 20, 32], 1),
      random([20, 32, 128], 2),
      random([20, 128], 3),
    ),
  ...Object.fromEntries(
    ['dpa', 'ea', 'cog'].map((mechanism) => [
      `attention ${mechanism}`,
      () => {
        const attributes = { mechanism, causal: true, alibi: true, normalizeWeights: true };
        const inputs = [1, 2, 3].map((seed) => random([6, 4, 70, 16], seed));
        return withGradients(fused('SwitchyardAttention', attributes), ...inputs);
      },
    ]),
  ),
  'self-attention on the projection': () => {
    const attributes = { mechanism: 'ea', heads: 4, causal: true, alibi: false, normalizeWeights: true };
    return withGradients(fused('SwitchyardSelfAttention', attributes), random([20, 70, 192], 1));
  },
  'rotary positions': () => {
    const angles = random([70, 1, 8], 2);
    const rotary = (x: tf.Tensor) =>
      run('SwitchyardRotary', [x, tf.cos(angles), tf.sin(angles)], { heads: 8, inverse: false })[0]!;
    return withGradients(rotary, random([20, 70, 12, 8], 1));
  },
  lstm: () => withGradients(fused('SwitchyardLstm'), random([64, 12, 192], 1), random([48, 192], 2), random([192], 3)),
  embedding: () =>
    withGradients((table) => run('SwitchyardEmbedding', [tokens([64, 30], 20), table])[0]!, random([20, 160], 1)),
  'token dense': () =>
    withGradients(
      (...weights) => run('SwitchyardTokenDense', [tokens([96, 20], 20), ...weights], { activation: 'relu' })[0]!,
      random([400, 256], 1),
      random([256], 2),
    ),
  'layer norm': () =>
    withGradients(
      fused('SwitchyardLayerNorm', { epsilon: 1e-5 }),
      random([2048, 64], 1),
      random([64], 2),
      random([64], 3),
    ),
  'position-wise layer norm': () =>
    withGradients(
      fused('SwitchyardLayerNorm', { epsilon: 1e-5 }),
      random([24, 32, 64], 1),
      random([32, 64], 2),
      random([32, 64], 3),
    ),
  'root mean square norm': () =>
    withGradients(fused('SwitchyardRmsNorm', { epsilon: 1e-5 }), random([640, 64], 1), random([64], 2)),
  'cross-entropy': () => {
    const targets = tf.tensor1d(
      Int32Array.from({ length: 1024 }, (_, i) => i % 64),
      'int32',
    );
    const mask = tf.cast(tf.greater(random([1024], 3), -0.5), 'float32');
    return withGradients(
      (logits) => run('SwitchyardMaskedCrossEntropy', [logits, targets, mask])[0]!,
      random([1024, 64], 1),
    );
  },
  softmax: () => withGradients((x) => tf.softmax(x), random([1000, 130], 1)),
  activations: () => {
    const x = random([150, 400], 1);
    const each = ['gelu', 'geluTanh', 'silu'].map((activation) => fused('SwitchyardActivation', { activation }));
    return [tf.erf(x), ...[...each, fused('SwitchyardSwiglu')].flatMap((f) => withGradients(f, x))];
  },
  dropout: () => {
    const attributes = { rate: 0.3, key: [1, 2, 3, 4] };
    return withGradients((x) => fused('SwitchyardDropout', attributes)(x, tf.scalar(5)), random([40_001], 1));
  },
  'element by element': () => {
    const [x, y] = [random([150, 400], 1), random([150, 400], 2)];
    return [tf.add(x, y), tf.mul(x, y), tf.sub(x, random([400], 3)), tf.div(x, random([150, 1], 4)), tf.maximum(x, 0)];
  },
  'functions of one tensor': () => {
    const x = random([40_001], 1);
    return [
      tf.exp(x),
      tf.relu(x),
      tf.sigmoid(x),
      tf.tanh(x),
      tf.square(x),
      tf.neg(x),
      tf.elu(x),
      tf.cos(x),
      tf.cast(x, 'int32'),
    ];
  },
  convolutions: () => {
    const [x, filter] = [random([33, 14, 14, 3], 1), random([3, 3, 3, 5], 2)] as [tf.Tensor4D, tf.Tensor4D];
    const patches = random([4, 4, 3, 32], 3) as tf.Tensor4D;
    return [
      ...withGradients((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'), x, filter),
      ...withGradients((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 4, 'valid'), x, patches),
    ];
  },
  choice: () => tf.where(tf.greater(random([40_001], 1), 0), random([40_001], 2), random([40_001], 3)),
  reductions: () => {
    const x = random([300, 40, 50], 1);
    return [tf.sum(x), tf.sum(x, 0), tf.sum(x, 1), tf.mean(x, 2), tf.max(x, 0), tf.min(x, 2), tf.sum(x, [0, 1])];
  },
  layout: () => {
    const x = random([64, 32, 4, 16], 1);
    const rows = random([100, 400], 2);
    return [
      tf.transpose(x, [0, 2, 1, 3]),
      tf.concat([x, x], 3),
      ...tf.split(x, 2, 3),
      tf.slice(x, [3, 1, 0, 2], [50, 30, 3, 9]),
      tf.tile(rows, [3, 2]),
      tf.pad(rows, [
        [1, 2],
        [3, 4],
      ]),
      tf.gather(rows, tf.tensor1d([5, 99, 0, 5], 'int32')),
      tf.oneHot(
        tf.tensor1d(
          Int32Array.from({ length: 3000 }, (_, i) => i % 40),
          'int32',
        ),
        40,
      ),
    ];
  },
  'captured steps': () => {
    const weights = tf.variable(random([64, 256], 1));
    const optimizer = tf.train.sgd(0.01);
    const loss = (x: tf.Tensor) => tf.mean(tf.square(tf.matMul(x, weights))) as tf.Scalar;
    const step = captureStep((x: tf.Tensor) => optimizer.minimize(() => loss(x), true)!);
    const losses = [1, 2, 3, 4, 5, 6].map((seed) => step(random([640, 64], seed)));
    expect(step.state).toBe('captured');
    step.dispose();
    const last = tf.clone(weights);
    weights.dispose();
    return [...losses, last];
  },
  optimizers: () => {
    const sizes = [70_000, 33, 5000];
    const group = (parts: number) =>
      sizes.flatMap((size) => Array.from({ length: parts }, (_, i) => random([size], i)));
    const gradients = sizes.map((size) => random([size], 7));
    const [norm, scale] = run('SwitchyardGlobalNorm', gradients, { maximum: 1 });
    const adam = group(4).map((x) => tf.abs(x));
    const hyper = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, decoupled: true };
    run('SwitchyardAdamW', [tf.tensor1d([0.01, 0.1, 0.001]), scale!, ...adam], hyper);
    const sgd = group(3).map((x) => tf.abs(x));
    const momentum = { momentum: 0.9, weightDecay: 0.01, nesterov: true };
    run('SwitchyardSgd', [tf.tensor1d([0.01]), scale!, ...sgd], momentum);
    return [norm!, ...adam, ...sgd];
  },
};

test('results do not depend on the number of threads, bit for bit', async () => {
  const results: Record<string, Uint8Array[]>[] = [];
  for (const count of [1, 2, 3]) {
    await useThreads(count);
    const round: Record<string, Uint8Array[]> = {};
    for (const [name, job] of Object.entries(jobs)) {
      const outputs = tf.tidy(() => [job()].flat().map((output) => output.dataSync()));
      round[name] = outputs.map(({ buffer, byteLength }) => new Uint8Array(buffer, 0, byteLength));
    }
    results.push(round);
  }
  const [one, ...others] = results;
  for (const other of others) {
    for (const name of Object.keys(jobs)) {
      const equal = one![name]!.map((bytes, i) => Buffer.compare(bytes, other[name]![i]!) === 0);
      expect([name, ...equal]).toEqual([name, ...equal.map(() => true)]);
    }
  }
});

/** Workers that `body` starts. */
async function workersOf(body: () => Promise<void>): Promise<Worker[]> {
  const { Worker: Original } = workerThreads;
  const workers: Worker[] = [];
  workerThreads.Worker = class extends Original {
    constructor(...parameters: ConstructorParameters<typeof Worker>) {
      super(...parameters);
      workers.push(this);
    }
  };
  try {
    await body();
  } finally {
    workerThreads.Worker = Original;
  }
  return workers;
}

test('a thread that dies is an error, not a hang', async () => {
  const workers = await workersOf(() => useThreads(3));
  expect(workers).toHaveLength(2);
  const product = () => tf.tidy(() => tf.matMul(random([512, 512], 1), random([512, 512], 2)).dataSync()[0]);
  expect(product()).toBeTypeOf('number');
  await workers[1]!.terminate();
  expect(product).toThrow(/A thread of the simd backend has died/);
  expect(product).toThrow(expect.objectContaining({ code: 'SWITCHYARD_SIMD_THREAD_LOST' }));
});

test('disposing the backend ends its threads', async () => {
  const workers = await workersOf(() => useThreads(3));
  const ends = workers.map((worker) => once(worker, 'exit'));
  await useThreads(1);
  await Promise.all(ends);
});

test('a program with threads ends by itself', async () => {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const program = path('../coverage/threads-program.mjs');
  await build({
    stdin: {
      contents: `
        import * as tf from '@tensorflow/tfjs-core';
        import { simdInfo } from './index.ts';
        await tf.setBackend('simd');
        const x = tf.ones([300, 300]);
        console.log(simdInfo().threads, tf.matMul(x, x).dataSync()[0]);`,
      resolveDir: path('.'),
    },
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const env = { ...process.env, SWITCHYARD_THREADS: '4' };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env, timeout: 30_000 });
  expect(stdout).toBe('4 300\n');
}, 40_000);
