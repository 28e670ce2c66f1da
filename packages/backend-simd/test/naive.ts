// Specifications of the custom kernels in plain tfjs operations. The attention formulas are those of packages/attention/src/naive.ts,
// which this package, below it, does not import.
import * as tf from '@tensorflow/tfjs';
import type { AttentionAttributes } from '../src/index.ts';
import { random } from './compare.ts';

/** Runs a custom kernel on the current backend. */
export function run(name: string, inputs: tf.Tensor[], attributes: object = {}): tf.Tensor[] {
  const engine = tf.engine();
  const outputs = engine.runKernel(name, inputs as unknown as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
  return [outputs].flat() as tf.Tensor[];
}

/** f and the gradients of Σ f ⊙ weights for all inputs. */
export function withGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  const output = f(...inputs);
  return [output, ...tf.grads((...args) => tf.sum(tf.mul(f(...args), random(output.shape, 9))) as tf.Scalar)(inputs)];
}

/** w·v with the weights of the mechanism. */
export function naiveAttention(
  q: tf.Tensor,
  k: tf.Tensor,
  v: tf.Tensor,
  mask: tf.Tensor | undefined,
  attributes: AttentionAttributes,
): tf.Tensor {
  const { mechanism, causal, scale, alibi, normalizeWeights } = attributes;
  const [, heads, queries, width] = q.shape as [number, number, number, number];
  const keys = k.shape[2]!;
  const z = tf.mul(tf.matMul(q, k, false, true), scale ?? 1 / Math.sqrt(width));
  const offset = tf.sub(tf.range(keys - queries, keys).expandDims(1), tf.range(0, keys).expandDims(0));
  const slopes = tf.tensor3d(
    Array.from({ length: heads }, (_, h) => 2 ** ((-8 * (h + 1)) / heads)),
    [heads, 1, 1],
  );
  const penalty = tf.mul(slopes, tf.abs(offset));
  const reachable = offset.greaterEqual(causal ? 0 : -Infinity).cast('float32');
  const allowed = tf.broadcastTo(mask ? tf.mul(reachable, mask.cast('float32')) : reachable, z.shape);
  const softmax = (x: tf.Tensor) => tf.mul(tf.softmax(tf.where(allowed.cast('bool'), x, -1e30)), allowed);
  let w: tf.Tensor;
  if (mechanism === 'dpa') w = softmax(alibi ? tf.sub(z, penalty) : z);
  else if (mechanism === 'cog') w = tf.mul(tf.sign(z), softmax(alibi ? tf.sub(tf.abs(z), penalty) : tf.abs(z)));
  else {
    const square = tf.square(z);
    const score = tf.mul(tf.div(square, tf.add(1, square)), allowed);
    const decayed = alibi ? tf.mul(score, tf.exp(tf.neg(penalty))) : score;
    w = normalizeWeights ? tf.div(decayed, tf.add(tf.sum(decayed, -1, true), 1e-9)) : decayed;
  }
  return tf.matMul(w, v);
}

export function naiveNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor | undefined, epsilon: number): tf.Tensor {
  const centred = beta ? tf.sub(x, tf.mean(x, -1, true)) : x;
  const unit = tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon)));
  const scaled = tf.mul(unit, gamma);
  return beta ? tf.add(scaled, beta) : scaled;
}

export function naiveCrossEntropy(logits: tf.Tensor, targets: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  const oneHot = tf.oneHot(targets.flatten().toInt(), logits.shape.at(-1)!).cast('float32');
  const rows = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits.reshape(oneHot.shape)), oneHot), -1));
  return tf.div(tf.sum(tf.mul(rows, mask.flatten())), tf.maximum(tf.sum(mask), 1));
}

export function naiveLstm(projected: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const [batch] = projected.shape;
  const units = recurrent.shape[0]!;
  let hidden: tf.Tensor = tf.zeros([batch!, units]);
  let cell = hidden;
  const outputs = tf.unstack(projected, 1).map((step) => {
    const gates = tf.add(tf.add(step, bias), tf.matMul(hidden, recurrent));
    const [input, forget, candidate, output] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    cell = tf.add(tf.mul(tf.sigmoid(forget), cell), tf.mul(tf.sigmoid(input), tf.tanh(candidate)));
    hidden = tf.mul(tf.sigmoid(output), tf.tanh(cell));
    return hidden;
  });
  return tf.stack(outputs, 1);
}

/** Zeros for tokens outside the vocabulary. */
export function naiveEmbedding(tokens: tf.Tensor, table: tf.Tensor): tf.Tensor {
  const [vocabulary, width] = table.shape as [number, number];
  const rows = tf.oneHot(tf.reshape(tokens, [-1]).toInt(), vocabulary, 1, 0, 'float32');
  return tf.reshape(tf.matMul(rows, table), [...tokens.shape, width]);
}

export function naiveTokenDense(
  tokens: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor | undefined,
  relu: boolean,
): tf.Tensor {
  const [batch, window] = tokens.shape as [number, number];
  const rows = tf.oneHot(tokens.toInt(), kernel.shape[0]! / window, 1, 0, 'float32');
  return naiveDense(tf.reshape(rows, [batch, kernel.shape[0]!]), kernel, bias, relu);
}

export function naiveDense(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor | undefined,
  relu: boolean,
  residual?: tf.Tensor,
): tf.Tensor {
  const rows = tf.reshape(x, [-1, x.shape.at(-1)!]);
  const product = tf.reshape(tf.matMul(rows, kernel), [...x.shape.slice(0, -1), kernel.shape[1]!]);
  const shifted = bias ? tf.add(product, bias) : product;
  const sum = residual ? tf.add(shifted, residual) : shifted;
  return relu ? tf.relu(sum) : sum;
}

export function naivePositionWise(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor | undefined,
  relu: boolean,
): tf.Tensor {
  const product = tf.transpose(tf.matMul(tf.transpose(x, [1, 0, 2]), kernel), [1, 0, 2]);
  const sum = bias ? tf.add(product, bias) : product;
  return relu ? tf.relu(sum) : sum;
}
