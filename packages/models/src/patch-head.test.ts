import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { configs, tokens } from '../test/configs.ts';
import { captureAttention, captureHeads, createModel, patchHead } from './index.ts';

const config = { kind: 'transformer', vocabulary: 5, window: 6, width: 8, heads: 2, depth: 2, seed: 3 } as const;
const input = () => tokens(config, 2);
const other = () => tf.tensor2d([4, 3, 2, 1, 0, 4, 3, 3, 1, 1, 0, 0], [2, 6], 'int32');
const numbers = (x: tf.Tensor) => Array.from(x.dataSync());

function largestDifference(a: tf.Tensor, b: tf.Tensor): number {
  return tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!);
}

test('a head patched with its own output changes nothing, and the model is as before', () => {
  const model = createModel(config);
  tf.tidy(() => {
    const logits = model.apply(input()) as tf.Tensor;
    for (const paths of ['direct', 'all'] as const) {
      expect(largestDifference(patchHead(model, input(), input(), { layer: 0, head: 1, paths }), logits)).toBeLessThan(
        1e-5,
      );
    }
    patchHead(model, input(), other(), { layer: 0, head: 0 });
    expect(numbers(model.apply(input()) as tf.Tensor)).toEqual(numbers(logits));
  });
  const before = tf.memory().numTensors;
  patchHead(model, tf.tidy(input), tf.tidy(other), { layer: 1, head: 0 }).dispose();
  expect(tf.memory().numTensors).toBe(before + 2);
  model.dispose();
});

test('by hand: one layer of one head without feed-forward; the head carries all there is but the token itself', () => {
  const tiny = { kind: 'transformer', vocabulary: 3, window: 2, width: 2, heads: 1, depth: 1 } as const;
  const model = createModel({ ...tiny, feedForward: 1, positions: 'none', normalization: 'none' });
  tf.tidy(() => {
    const set = (name: string, values: (number[] | number[][])[]) =>
      model.getLayer(name).setWeights(values.map((value) => tf.tensor(value)));
    set('embedding', [[[1, 0], [0, 1], [1, 1]]]); // biome-ignore format: a matrix
    // Queries and keys 0, so that attention is even; the value is the token, the output twice that.
    const projection = [[0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1]]; // biome-ignore format: a matrix
    set('block-0/attention', [projection, new Array(6).fill(0), [[2, 0], [0, 2]], [0, 0]]); // biome-ignore format: matrices
    set('block-0/feed-forward/output', [[[0, 0]], [0, 0]]);
    set('head', [[[1, 0, 0], [0, 1, 0]], [0, 0, 0]]); // biome-ignore format: a matrix
    const [clean, corrupted] = [[0, 1], [2, 2]].map((ids) => tf.tensor2d(ids, [1, 2], 'int32')); // biome-ignore format: two lines
    // Clean, second position: [0, 1] + 2 · ([1, 0] + [0, 1]) / 2 = [1, 2]; with the head of the corrupted: [0, 1] + 2 · [1, 1] = [2, 3].
    expect(numbers(model.apply(clean!) as tf.Tensor)).toEqual([3, 0, 0, 1, 2, 0]);
    expect(numbers(patchHead(model, clean!, corrupted!, { layer: 0, head: 0 }))).toEqual([3, 2, 0, 2, 3, 0]);
    // u_0 = [1, 0] − [1, 1] / 3, u_1 = [0, 1] − [1, 1] / 3; 2 · token · u: 2 · 2/3 for both tokens
    const [heads] = captureHeads(model, clean!);
    expect(numbers(heads!.weights)).toEqual([1, 0, 0.5, 0.5]);
    for (const value of numbers(heads!.alignment)) expect(value).toBeCloseTo(4 / 3, 6);
    tf.dispose([heads!.weights, heads!.alignment]);
  });
  model.dispose();
});

test('direct paths leave later heads alone: in the last layer both kinds of patching are the same, before it they differ', () => {
  const model = createModel(config);
  tf.tidy(() => {
    const patched = (layer: number, paths: 'direct' | 'all') =>
      patchHead(model, input(), other(), { layer, head: 0, paths });
    expect(largestDifference(patched(1, 'direct'), patched(1, 'all'))).toBeLessThan(1e-6);
    expect(largestDifference(patched(0, 'direct'), patched(0, 'all'))).toBeGreaterThan(1e-4);
  });
  expect(() => patchHead(model, input(), other(), { layer: 1, head: 2 })).toThrow('has no head 2 in layer 1');
  expect(() => patchHead(model, input(), other(), { layer: 2, head: 0 })).toThrow('it has 2 layers of 2 heads');
  model.dispose();
});

const withHeads = Object.entries(configs).filter(([, { kind }]) => !['mlp', 'lstm'].includes(kind));

test.each(withHeads)('%s: captured weights are those of captureAttention', (_, any) => {
  const model = createModel(any);
  tf.tidy(() => {
    const weights = captureAttention(model, tokens(any));
    const heads = captureHeads(model, tokens(any));
    expect(heads).toHaveLength(weights.length);
    for (const [index, expected] of weights.entries()) {
      expect(largestDifference(heads[index]!.weights, expected)).toBeLessThan(1e-6);
      expect(heads[index]!.alignment.shape.toSpliced(2, 1)).toEqual(expected.shape.toSpliced(2, 1));
    }
    for (const layer of heads) tf.dispose([layer.weights, layer.alignment]);
  });
  model.dispose();
});
