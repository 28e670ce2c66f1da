// Runs in a page or in a worker of ../browser.test.ts: works with two threads where that is possible, and sends what came out.
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import { captureStep, setSimdThreads, simdInfo } from '../../src/index.ts';

async function run() {
  setSimdThreads(2);
  await tf.setBackend('simd');
  const x = tf.ones([1024, 64]);
  const y = tf.tensor2d(
    Array.from({ length: 64 * 192 }, (_, i) => [64, 128, -64][i % 3]),
    [64, 192],
  );
  const product = Array.from(tf.matMul(x, y).dataSync()).slice(0, 3);
  const weights = tf.variable(tf.ones([64, 192]));
  const optimizer = tf.train.sgd(1e-3);
  const step = captureStep((input) => optimizer.minimize(() => tf.mean(tf.matMul(input, weights)), true));
  for (let i = 0; i < 50; i++) step(x).dispose();
  return { isolated: crossOriginIsolated, info: simdInfo(), product, steps: step.state };
}

const name = globalThis.document === undefined ? location.hash.slice(1) : location.pathname;
const send = (report) => fetch(name, { method: 'POST', body: JSON.stringify(report) });
run().then(send, (error) => send({ error: String(error?.stack ?? error) }));
