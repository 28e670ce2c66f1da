import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectMatches, random } from '../../test/compare.ts';
import { run } from '../../test/naive.ts';

/** (a, b) → (a·cos − b·sin, b·cos + a·sin) for the pairs of the first heads; x is [batch, tokens, heads, width]. */
function naiveRotary(x: tf.Tensor, cosines: tf.Tensor, sines: tf.Tensor, heads: number): tf.Tensor {
  const [batch, tokens, all, width] = x.shape as [number, number, number, number];
  const turned = tf.slice(x, [0, 0, 0, 0], [batch, tokens, heads, width]);
  const [a, b] = tf.unstack(turned.reshape([batch, tokens, heads, width / 2, 2]), -1) as [tf.Tensor, tf.Tensor];
  const swapped = tf.stack([tf.neg(b), a], -1).reshape(turned.shape);
  const result = tf.add(tf.mul(turned, cosines), tf.mul(swapped, sines));
  return tf.concat([result, tf.slice(x, [0, 0, heads, 0], [batch, tokens, all - heads, width])], 2);
}

const sizes = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    tokens: fc.integer({ min: 1, max: 40 }),
    all: fc.integer({ min: 1, max: 6 }),
    width: fc.constantFrom(2, 4, 6, 8, 10, 32),
  })
  .chain((shape) => fc.record({ shape: fc.constant(shape), heads: fc.integer({ min: 1, max: shape.all }) }));

test('pairs are turned by the tables, and back by the gradient', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, async ({ shape: { batch, tokens, all, width }, heads }) => {
      const results = (turn: (x: tf.Tensor, cosines: tf.Tensor, sines: tf.Tensor) => tf.Tensor) => () => {
        const x = random([batch, tokens, all, width], 1);
        const pairs = tf.mul(random([tokens, 1, width / 2, 1], 2), 9);
        const [cosines, sines] = [tf.cos(pairs), tf.sin(pairs)].map((table) =>
          tf.tile(table, [1, 1, 1, 2]).reshape([tokens, 1, width]),
        );
        const attend = (y: tf.Tensor) => turn(y, cosines!, sines!);
        return [attend(x), tf.grad(attend)(x, random(x.shape, 3))];
      };
      await expectMatches(
        results((...inputs) => run('SwitchyardRotary', inputs, { heads, inverse: false })[0]!),
        results((...inputs) => naiveRotary(...inputs, heads)),
      );
    }),
    { numRuns: 60 },
  );
});

test('tables [tokens, width] turn [..., tokens, width]', async () => {
  const inputs = () =>
    [random([3, 5, 8], 1), random([5, 8], 2), random([5, 8], 3)] as [tf.Tensor, tf.Tensor, tf.Tensor];
  await expectMatches(
    () => run('SwitchyardRotary', inputs(), { heads: 1, inverse: false }),
    () => {
      const [x, cosines, sines] = inputs();
      const tables = [cosines, sines].map((table) => table.reshape([5, 1, 8])) as [tf.Tensor, tf.Tensor];
      return naiveRotary(x.reshape([3, 5, 1, 8]), ...tables, 1).reshape([3, 5, 8]);
    },
  );
});

test('inputs that do not fit are named', async () => {
  await tf.setBackend('simd');
  const inputs = [tf.zeros([2, 5, 7]), tf.zeros([5, 7]), tf.zeros([5, 7])];
  expect(() => run('SwitchyardRotary', inputs, { heads: 1, inverse: false })).toThrow(
    /SwitchyardRotary got float32\[2, 5, 7\] float32\[5, 7\] float32\[5, 7\]; it takes x \[..., tokens, d\]/,
  );
});
