import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { captureStep } from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('simd');
});

/** An instruction: an operation on earlier values, by number from the end. */
interface Instruction {
  readonly operation: keyof typeof operations;
  readonly a: number;
  readonly b: number;
}

type Matrix = tf.Tensor2D;

/** All from [4, 4] to [4, 4]; among them views, kernels of JavaScript, constants, and dtypes that change on the way. */
const operations = {
  add: (a: Matrix, b: Matrix) => tf.add(a, b),
  product: (a: Matrix, b: Matrix) => tf.tanh(tf.matMul(a, b)),
  transpose: (a: Matrix) => tf.transpose(a),
  relu: (a: Matrix) => tf.relu(a),
  halve: (a: Matrix) => tf.mul(a, 0.5),
  broadcast: (a: Matrix, b: Matrix) => tf.sub(a, tf.mean(b, 0)),
  swap: (a: Matrix, b: Matrix) => tf.concat([tf.slice(a, [0, 0], [2, 4]), tf.slice(b, [2, 0], [2, 4])]),
  view: (a: Matrix) => tf.reshape(tf.reshape(a, [2, 8]), [4, 4]),
  sine: (a: Matrix) => tf.sin(a),
  positive: (a: Matrix) => tf.cast(tf.greater(a, 0), 'float32'),
  whole: (a: Matrix) => tf.cast(tf.cast(tf.mul(a, 3), 'int32'), 'float32'),
  choose: (a: Matrix, b: Matrix) => tf.where(tf.less(a, b), a, tf.neg(b)),
  fixed: (a: Matrix) => tf.add(a, tf.eye(4)),
  clone: (a: Matrix) => tf.clone(a),
} satisfies Record<string, (a: Matrix, b: Matrix) => tf.Tensor>;

const instruction: fc.Arbitrary<Instruction> = fc.record({
  operation: fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
  a: fc.nat(9),
  b: fc.nat(9),
});

/** A step that runs the instructions on its input and two variables, assigns some of the values and returns others. */
function program(instructions: readonly Instruction[], assigned: readonly number[], returned: readonly number[]) {
  const variables = [tf.variable(tf.fill([4, 4], 0.25)), tf.variable(tf.eye(4))];
  return (x: tf.Tensor) => {
    const values: tf.Tensor[] = [x, ...variables];
    const pick = (index: number) => values[values.length - 1 - (index % values.length)] as Matrix;
    for (const { operation, a, b } of instructions) values.push(operations[operation](pick(a), pick(b)));
    const outputs = returned.map((index) => tf.clone(pick(index)));
    assigned.forEach((index, i) => {
      // A mean with what was there, so that values stay small.
      variables[i]!.assign(tf.mul(0.5, tf.add(variables[i]!, pick(index))));
    });
    return outputs;
  };
}

test('any program gives the same values captured as it gives running, bit for bit', () => {
  fc.assert(
    fc.property(
      fc.array(instruction, { minLength: 1, maxLength: 25 }),
      fc.array(fc.nat(9), { maxLength: 2 }),
      fc.array(fc.nat(9), { maxLength: 3 }),
      (instructions, assigned, returned) => {
        const running = program(instructions, assigned, returned);
        const captured = captureStep(program(instructions, assigned, returned), {
          onRefused: (error) => expect.fail(error.message),
        });
        for (let i = 0; i < 7; i++) {
          tf.tidy(() => {
            const x = tf.tensor2d(
              Float32Array.from({ length: 16 }, (_, k) => Math.sin(i + k * k)),
              [4, 4],
            );
            const bits = (tensors: tf.Tensor[]) => tensors.map((tensor) => Array.from(tensor.dataSync()));
            expect(bits(captured(x))).toEqual(bits(running(x)));
          });
        }
        expect(captured.state).toBe('captured');
        captured.dispose();
      },
    ),
    { numRuns: 60 },
  );
});
