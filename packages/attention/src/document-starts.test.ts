import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { reloaded } from '../test/reloaded.ts';
import { values } from '../test/values.ts';
import { documentMask, documentStarts as startsOf } from './document-starts.ts';
import { documentStarts, type MultiHeadAttentionOptions, multiHeadAttention } from './index.ts';

const tokens = [
  [5, 9, 1, 2, 9, 9, 3],
  [9, 0, 0, 0, 0, 0, 9],
  [1, 2, 3, 4, 5, 6, 7],
];

describeOnBackends('documents', () => {
  test('every token knows where its separator stands; the first document may have none', () => {
    expect(startsOf(tf.tensor2d(tokens, [3, 7], 'int32'), 9).arraySync()).toEqual([
      [0, 1, 1, 1, 4, 5, 5],
      [0, 0, 0, 0, 0, 0, 6],
      [0, 0, 0, 0, 0, 0, 0],
    ]);
    const mask = documentMask(tf.tensor2d([[0, 1, 1]]));
    expect(mask.arraySync()).toEqual([
      [
        [
          [1, 1, 1],
          [0, 1, 1],
          [0, 1, 1],
        ],
      ],
    ]);
  });

  test.each<MultiHeadAttentionOptions>([
    { heads: 2, mechanism: 'dpa', positions: 'rotary', useBias: false },
    { heads: 1, mechanism: 'cog', positions: 'rotary' },
    { heads: 2, mechanism: 'ea', positions: 'alibi' },
  ])('%j: documents in a window are as documents alone, in value and gradient', (options) => {
    const width = 4;
    const layer = multiHeadAttention(options);
    layer.build([null, null, width]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 4 }), (lengths) => {
        tf.tidy(() => {
          const window = lengths.reduce((sum, length) => sum + length, 0);
          const begins = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0));
          const starts = tf.tensor2d([lengths.flatMap((length, i) => Array(length).fill(begins[i]))]);
          const x = tf.tensor3d(values(1, window * width), [1, window, width]);
          const together = (all: tf.Tensor) => layer.apply([all, starts]) as tf.Tensor;
          const apart = (all: tf.Tensor) =>
            tf.concat(
              tf.split(all, lengths, 1).map((one) => layer.apply(one) as tf.Tensor),
              1,
            );
          expectClose(together(x), apart(x), 1e-4);
          const upstream = tf.tensor3d(values(2, window * width), [1, window, width]);
          // Normalised expressive rows of tiny scores have gradients that are rounding on all sides.
          if (options.mechanism !== 'ea')
            expectClose(tf.grad(together)(x, upstream), tf.grad(apart)(x, upstream), 1e-4);
        });
      }),
      { numRuns: 15 },
    );
  });

  test('the weights that are shown stay within documents', () => {
    tf.tidy(() => {
      const layer = multiHeadAttention({ heads: 1, mechanism: 'dpa' });
      const x = tf.tensor3d(values(1, 12), [1, 3, 4]);
      const starts = tf.tensor2d([[0, 1, 1]]);
      layer.apply([x, starts]);
      const [, second, third] = (layer.attentionWeights([x, starts]).arraySync() as number[][][][])[0]![0]!;
      expect(second).toEqual([0, 1, 0]);
      expect(third![0]).toBe(0);
      expect(third![1]! + third![2]!).toBeCloseTo(1, 6);
    });
  });

  test('tokens that follow others give the rows of a pass over all', () => {
    tf.tidy(() => {
      for (const positions of ['rotary', 'alibi', 'none'] as const) {
        const layer = multiHeadAttention({ heads: 2, mechanism: 'cog', positions });
        const x = tf.tensor3d(values(1, 2 * 6 * 8), [2, 6, 8]);
        const all = layer.apply(x) as tf.Tensor;
        const [first, next, last] = tf.split(x, [3, 1, 2], 1) as tf.Tensor3D[];
        const one = layer.extend(first!);
        const two = layer.extend(next!, one.cache);
        const three = layer.extend(last!, two.cache);
        expectClose(tf.concat([one.output, two.output, three.output], 1), all);
        expect(three.cache.keys.shape).toEqual([2, 2, 6, 4]);
      }
    });
  });
});

test('the layer survives model.save and tf.loadLayersModel', async () => {
  const [ids, x] = [tf.input({ shape: [7], dtype: 'int32' }), tf.input({ shape: [7, 4] })];
  const starts = documentStarts({ separator: 9, name: 'documents' }).apply(ids) as tf.SymbolicTensor;
  const outputs = multiHeadAttention({ heads: 2, mechanism: 'cog' }).apply([x, starts]) as tf.SymbolicTensor;
  expect(outputs.shape).toEqual([null, 7, 4]);
  const model = tf.model({ inputs: [ids, x], outputs });
  const copy = await reloaded(model);
  tf.tidy(() => {
    const inputs = [tf.tensor2d(tokens, [3, 7], 'int32'), tf.tensor3d(values(1, 84), [3, 7, 4])];
    expectClose(copy.apply(inputs) as tf.Tensor, model.apply(inputs) as tf.Tensor, 1e-6);
  });
});

test('errors name value and rule', () => {
  expect(() => documentStarts({ separator: 0.5 })).toThrow('separator 0.5: must be the id of a token, a whole number');
  expect(() => startsOf(tf.tensor1d([1]) as tf.Tensor as tf.Tensor2D, 9)).toThrow(
    'tokens [1]: must be [batch, window]',
  );
  const layer = (options: Partial<MultiHeadAttentionOptions>) => {
    const all = multiHeadAttention({ heads: 1, mechanism: 'dpa', name: 'attention', ...options });
    all.build([null, 3, 4]);
    return () => all.extend(tf.zeros([1, 1, 4]));
  };
  const rule = 'extend of layer attention: must be of a causal layer without weights of every position';
  expect(layer({ causal: false })).toThrow(rule);
  expect(layer({ positionWise: { output: true } })).toThrow(rule);
});
