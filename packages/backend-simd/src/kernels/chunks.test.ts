import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { expectMatches, expectSame, random, runOn } from '../../test/compare.ts';
import { naiveCrossEntropy, naiveDense, naiveNorm, naivePositionWise, run } from '../../test/naive.ts';

// Work large enough to be cut into chunks, of lengths that no chunk divides. (That chunks may run on any thread is tested elsewhere.)

const integers = (shape: number[], limit: number) => random(shape, 5).abs().mul(limit).floor().toInt();

const large: Record<string, () => tf.Tensor | tf.Tensor[]> = {
  'functions of one tensor': () => {
    const x = random([70_003], 1);
    return [tf.relu(x), tf.exp(x), tf.clipByValue(x, -0.5, 0.25), tf.expm1(x), tf.log1p(x), tf.step(x, 0.5)];
  },
  casts: () => {
    const whole = integers([70_003], 9);
    return [whole.toFloat(), whole.greater(4).toFloat(), whole.greater(4).toInt()];
  },
  'functions of two tensors': () => {
    const [x, y] = [random([70_003], 1), random([70_003], 2)];
    return [
      tf.add(x, y),
      tf.greater(x, y),
      tf.where(tf.less(x, y), x, y),
      tf.addN([x, y, x]),
      tf.mul(x, 3),
      tf.add(integers([70_003], 9), 7),
    ];
  },
  'rows that broadcast': () => {
    const x = random([171, 403], 1);
    return [
      tf.sub(x, random([403], 2)),
      tf.div(random([171, 1], 3), x),
      tf.less(x, random([171, 1], 3)),
      tf.equal(integers([171, 403], 3), integers([403], 3)),
    ];
  },
  'four dimensions that broadcast': () => [
    tf.mul(random([7, 1, 43, 1], 1), random([9, 1, 29], 2)),
    tf.greaterEqual(random([7, 1, 43, 1], 1), random([9, 1, 29], 2)),
  ],
  'sums of rows and of everything': () => [
    tf.sum(random([70_003], 1)),
    tf.max(random([70_003], 1)),
    tf.min(random([3, 70_003], 1), 1),
    tf.mean(random([3, 70_003], 1), 1),
    tf.sum(random([701, 103], 1), 1),
  ],
  'sums of columns': () => [
    tf.sum(random([1003, 71], 1), 0),
    tf.sum(random([31, 1999], 1), 0),
    tf.max(random([61, 37, 41], 1), 1),
    tf.min(random([2, 703, 61], 1), 1),
  ],
  softmax: () => tf.softmax(random([701, 33], 1)),
  'axes exchanged': () => [
    tf.transpose(random([37, 19, 4, 18], 1), [0, 2, 1, 3]),
    tf.transpose(random([303, 301], 1)),
    tf.transpose(random([5, 103, 101], 1), [0, 2, 1]),
    tf.transpose(random([41, 21, 3, 17], 1), [3, 1, 0, 2]),
  ],
  moves: () => {
    const x = random([301, 303], 1);
    return [
      tf.slice(x, [3, 5], [290, 291]),
      tf.tile(x, [2, 1]),
      tf.concat([x, x], 1),
      ...tf.split(random([50_001, 2], 1), 2, 1),
      tf.pad(x, [
        [1, 2],
        [3, 4],
      ]),
      tf.fill([70_003], 3),
    ];
  },
  'rows by index': () => [
    tf.gather(random([37, 61], 1), integers([1501], 37)),
    tf.gather(random([3, 37, 61], 1), integers([501], 37), 1),
    tf.unsortedSegmentSum(random([901, 71], 1), integers([901], 13) as tf.Tensor1D, 13),
    tf.oneHot(integers([3001], 23), 23, 2, -1, 'float32'),
  ],
};

test.each(Object.keys(large))('%s', async (name) => {
  await expectSame(large[name]!, 1e-5, 1e-5);
});

type Function = (...inputs: tf.Tensor[]) => tf.Tensor;

/** A kernel, its specification, and its inputs. */
const fused: Record<string, [Function, Function, () => tf.Tensor[]]> = {
  'layer normalisation': [
    (...all) => run('SwitchyardLayerNorm', all, { epsilon: 1e-5 })[0]!,
    (x, gamma, beta) => naiveNorm(x!, gamma!, beta, 1e-5),
    () => [random([2051, 33], 1), random([33], 2), random([33], 3)],
  ],
  'position-wise root-mean-square normalisation': [
    (...all) => run('SwitchyardRmsNorm', all, { epsilon: 1e-5 })[0]!,
    (x, gamma) => naiveNorm(x!, gamma!, undefined, 1e-5),
    () => [random([71, 13, 70], 1), random([13, 70], 2)],
  ],
  'wide position-wise layer normalisation': [
    (...all) => run('SwitchyardLayerNorm', all, { epsilon: 1e-5 })[0]!,
    (x, gamma, beta) => naiveNorm(x!, gamma!, beta, 1e-5),
    () => [random([33, 130, 131], 1), random([130, 131], 2), random([130, 131], 3)],
  ],
  'masked cross-entropy': [
    (logits) => {
      const mask = tf.cast(tf.greater(random([1501], 3), 0), 'float32');
      return run('SwitchyardMaskedCrossEntropy', [logits!, integers([1501], 23), mask])[0]!;
    },
    (logits) => {
      const mask = tf.cast(tf.greater(random([1501], 3), 0), 'float32');
      return naiveCrossEntropy(logits!, integers([1501], 23), mask);
    },
    () => [random([1501, 23], 1)],
  ],
  dense: [
    (...all) => run('SwitchyardDense', all, { activation: 'relu' })[0]!,
    (x, kernel, bias) => naiveDense(x!, kernel!, bias, true),
    () => [random([701, 7], 1), random([7, 61], 2), random([61], 3)],
  ],
  'position-wise dense': [
    (...all) => run('SwitchyardPositionWiseDense', all, { activation: 'relu' })[0]!,
    (x, kernel, bias) => naivePositionWise(x!, kernel!, bias, true),
    () => [random([51, 17, 5], 1), random([17, 5, 71], 2), random([17, 71], 3)],
  ],
};

test.each(Object.keys(fused))('%s and its gradients', async (name) => {
  const [kernel, naive, inputs] = fused[name]!;
  const all = (f: Function) => (): tf.Tensor[] => {
    const tensors = inputs();
    const y = f(...tensors);
    return [y, ...tf.grads((...x) => tf.sum(tf.mul(f(...x), random(y.shape, 9))) as tf.Scalar)(tensors)];
  };
  await expectMatches(all(kernel), all(naive), 1e-4, 1e-4);
});

const sizes = [[3], [65, 130], [1], [0], [70_003], [130]];

/** The parameters after one step, with all of them in one call or in a call for each. */
function updated(kernel: string, hyper: number[], slots: number, attributes: object, together: boolean): tf.Tensor[] {
  const groups = sizes.map((shape, i) =>
    Array.from({ length: 2 + slots }, (_, j) => random(shape, 10 * i + j).add(j > 1 ? 1 : 0)),
  );
  for (const tensors of together ? [groups.flat()] : groups) {
    run(kernel, [tf.tensor1d(hyper), tf.tensor1d([0.5]), ...tensors], attributes);
  }
  return groups.flat();
}

test.each([
  [
    'SwitchyardAdamW',
    [0.1, 0.1, 0.001],
    2,
    { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, decoupled: true },
  ],
  ['SwitchyardSgd', [0.1], 1, { momentum: 0.9, weightDecay: 0.1, nesterov: true }],
] as const)('%s of many parameters is that of each', async (kernel, hyper, slots, attributes) => {
  const differences = await runOn('simd', () => {
    const alone = updated(kernel, [...hyper], slots, attributes, false);
    return updated(kernel, [...hyper], slots, attributes, true).map((x, i) => tf.sum(tf.notEqual(x, alone[i]!)));
  });
  expect(differences.map(({ values }) => values[0])).toEqual(new Array(sizes.length * (2 + slots)).fill(0));
});

test('SwitchyardGlobalNorm of many gradients', async () => {
  const gradients = () => sizes.map((shape, i) => random(shape, i));
  await expectMatches(
    () => run('SwitchyardGlobalNorm', gradients(), { maximum: 1 })[0]!,
    () => tf.norm(tf.concat(gradients().map((gradient) => gradient.flatten()))),
  );
});
