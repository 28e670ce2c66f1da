import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { random } from '../test/compare.ts';
import { SimdBackend, simdInfo } from './index.ts';

async function start(): Promise<SimdBackend> {
  expect(await tf.setBackend('simd')).toBe(true);
  return tf.backend() as SimdBackend;
}

test('simdInfo says which build runs and why', async () => {
  await start();
  expect(simdInfo()).toMatchObject({ build: expect.stringMatching(/^(plain|relaxed)$/), reason: expect.any(String) });
});

test('what is read is a copy; what is written was copied', async () => {
  await start();
  tf.tidy(() => {
    const values = Float32Array.of(1, 2, 3);
    const x = tf.tensor1d(values);
    values[0] = 9;
    const first = x.dataSync();
    first[1] = 9;
    expect(Array.from(x.dataSync())).toEqual([1, 2, 3]);
  });
  const x = tf.tensor1d([1, 2, 3]);
  const kept = await x.data();
  x.dispose();
  tf.tensor1d([7, 8, 9]).dispose();
  expect(Array.from(kept)).toEqual([1, 2, 3]);
});

test('a slice does not share the memory of its tensor', async () => {
  await start();
  const x = tf.tensor1d([1, 2, 3, 4]);
  const part = x.slice(1, 2);
  const bits = tf.tensor1d([true, false, true], 'bool').slice(1, 2);
  x.dispose();
  const others = Array.from({ length: 8 }, () => tf.fill([4], 5));
  expect(Array.from(part.dataSync())).toEqual([2, 3]);
  expect(Array.from(bits.dataSync())).toEqual([0, 1]);
  tf.dispose([part, bits, ...others]);
});

test('every dtype is stored and read back', async () => {
  await start();
  tf.tidy(() => {
    expect(Array.from(tf.tensor1d([1.5, -0, Infinity]).dataSync())).toEqual([1.5, -0, Infinity]);
    expect(tf.tensor1d([1, -(2 ** 31), 2 ** 31 - 1], 'int32').dataSync()).toEqual(
      Int32Array.of(1, -(2 ** 31), 2 ** 31 - 1),
    );
    expect(tf.tensor1d([true, false], 'bool').dataSync()).toEqual(Uint8Array.of(1, 0));
    expect(tf.tensor1d(['a', 'ü'], 'string').dataSync()).toEqual(['a', 'ü']);
    const z = tf.complex([1, 2], [3, 4]);
    expect(Array.from(z.dataSync())).toEqual([1, 3, 2, 4]);
    expect(Array.from(tf.real(tf.fft(z)).dataSync())).toEqual([3, -1]);
    expect(tf.scalar(3).dataSync()[0]).toBe(3);
    expect(tf.zeros([0, 3]).dataSync().length).toBe(0);
  });
});

test('tensors move between backends, with their aliases', async () => {
  await tf.setBackend('cpu');
  const x = tf.tensor1d([1, 2, 3]);
  const y = x.reshape([3, 1]);
  await start();
  const sum = x.add(1);
  expect(Array.from(y.dataSync())).toEqual([1, 2, 3]);
  await tf.setBackend('cpu');
  expect(Array.from(sum.mul(x).dataSync())).toEqual([2, 6, 12]);
  await start();
  x.dispose();
  expect(Array.from(y.square().dataSync())).toEqual([1, 4, 9]);
});

test('views share their tensor’s memory until the last one is disposed', async () => {
  const backend = await start();
  const before = backend.memory().numBytesAllocated;
  const x = random([64, 64], 1);
  const held = backend.memory().numBytesAllocated;
  const y = x.reshape([4_096]);
  expect(backend.memory().numBytesAllocated).toBe(held);
  x.dispose();
  expect(backend.memory().numBytesAllocated).toBe(held);
  y.dispose();
  expect(backend.memory().numBytesAllocated).toBe(before);
});

/** A step with tfjs's own layers and optimizer, and everything that allocates: fallbacks, views, constants. */
function trainer(): { step: () => number; dispose: () => void } {
  const model = tf.sequential();
  model.add(
    tf.layers.dense({
      inputShape: [12],
      units: 32,
      activation: 'relu',
      kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
    }),
  );
  model.add(tf.layers.layerNormalization());
  model.add(tf.layers.dense({ units: 5, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }));
  const optimizer = tf.train.adam(0.01);
  const x = random([16, 12], 1);
  const labels = tf.oneHot(random([16], 2).abs().mul(5).floor().toInt(), 5);
  return {
    step: () =>
      tf.tidy(() => {
        const loss = optimizer.minimize(
          () => tf.losses.softmaxCrossEntropy(labels, model.apply(x) as tf.Tensor) as tf.Scalar,
          true,
        )!;
        return loss.dataSync()[0]!;
      }),
    dispose: () => {
      model.dispose();
      optimizer.dispose();
      tf.dispose([x, labels]);
    },
  };
}

test('memory is flat over a thousand training steps, and the loss falls', async () => {
  const backend = await start();
  const { step, dispose } = trainer();
  const first = step();
  for (let i = 0; i < 10; i++) step();
  const sizes = () => ({
    reserved: backend.memory().numBytesReserved,
    tensors: tf.memory().numTensors,
    data: backend.numDataIds(),
  });
  const before = sizes();
  const allocated = backend.memory().numBytesAllocated;
  let last = first;
  for (let i = 0; i < 1_000; i++) last = step();
  expect(sizes()).toEqual(before);
  // A block may be 16 bytes larger than it need be.
  expect(Math.abs(backend.memory().numBytesAllocated - allocated)).toBeLessThanOrEqual(16 * before.data);
  expect(last).toBeLessThan(first / 10);
  dispose();
});

test('the same numbers on every run', async () => {
  await start();
  const series = () => {
    const { step, dispose } = trainer();
    const losses = Array.from({ length: 20 }, step);
    dispose();
    return losses;
  };
  expect(series()).toEqual(series());
});

test('running out of memory names the tensor; disposing makes room', async () => {
  const backend = await start();
  const before = backend.memory().numBytesAllocated;
  const tensors: tf.Tensor[] = [];
  expect(() => {
    for (let i = 0; i < 6; i++)
      tensors.push(
        tf.tidy(() => tf.engine().makeTensorFromTensorInfo(backend.output([1024, 1024, 256], 'float32'), backend)),
      );
  }).toThrow(/No room for a float32 tensor of shape \[1024, 1024, 256\]: it needs 1024\.0 MiB/);
  expect(tensors.length).toBe(3);
  tf.dispose(tensors);
  expect(backend.memory().numBytesAllocated).toBe(before);
});

test('removing the backend frees everything, and it can be had again', async () => {
  await start();
  tf.removeBackend('simd');
  tf.registerBackend('simd', async () => new SimdBackend(await (await import('./wasm-module.ts')).loadWasm()), 0);
  const backend = await start();
  expect(backend.memory().numBytesAllocated).toBe(0);
  expect(tf.tidy(() => tf.add(1, 2).dataSync()[0])).toBe(3);
});
