import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { type CapturedStep, captureStep, type SimdBackend, type StepOutput } from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('simd');
});

interface Refusal {
  step: () => (x: tf.Tensor) => StepOutput;
  reason: RegExp;
}

let counter = 0;
const kept: tf.Tensor[] = [];

const refusals: Record<string, Refusal> = {
  'a read of values': {
    step: () => (x) => tf.mul(x, tf.sum(x).dataSync()[0]!),
    reason: /values of a float32 tensor with 1 elements were read after Sum/,
  },
  'a number that changes': {
    step: () => {
      let rate = 1;
      return (x) => tf.mul(x, rate++);
    },
    reason: /the float32 \[\] tensor that it makes from JavaScript values for Multiply changes from step to step/,
  },
  'an attribute that changes': {
    step: () => {
      let alpha = 0;
      return (x) => tf.leakyRelu(x, alpha++ / 100);
    },
    reason: /the attribute alpha of LeakyRelu changes from step to step/,
  },
  'a shape that changes': {
    step: () => {
      let size = 1;
      return (x) => tf.sum(tf.slice(x, 0, 1 + (size++ % 4)));
    },
    reason: /the attribute size of Slice changes from step to step/,
  },
  'another order of operations': {
    step: () => {
      let turn = 0;
      return (x) => (turn++ % 3 === 2 ? tf.exp(x) : tf.neg(x));
    },
    reason: /it called (Neg|Exp) in one run where it called (Neg|Exp) in the next/,
  },
  'an operation more': {
    step: () => {
      let turn = 0;
      return (x) => (turn++ === 3 ? tf.exp(tf.neg(x)) : tf.neg(x));
    },
    reason: /it called Exp in one run and not in the other/,
  },
  'a shape that depends on values': {
    step: () => (x) => tf.unique(x as tf.Tensor1D).indices,
    reason: /the shape of what Unique gives depends on values/,
  },
  'a tensor that stays behind': {
    step: () => (x) => {
      kept.push(tf.keep(tf.neg(x)));
      return tf.neg(x);
    },
    reason: /it keeps 1 of the tensors that it makes/,
  },
  'a variable made in the step': {
    step: () => (x) => tf.variable(x, false, `made ${counter++}`).square(),
    reason: /it makes variable made \d+/,
  },
  'a variable disposed in the step': {
    step: () => {
      const variables = Array.from({ length: 9 }, () => tf.variable(tf.ones([4])));
      return (x) => {
        const variable = variables.pop()!;
        const output = tf.mul(variable, x);
        variable.dispose();
        return output;
      };
    },
    reason: /it disposes variable/,
  },
  'variables that swap': {
    step: () => {
      const a = tf.variable(tf.ones([4]));
      const b = tf.variable(tf.zeros([4]));
      return (x) => {
        const old = tf.clone(a);
        a.assign(b);
        b.assign(old);
        return tf.add(tf.mul(a, x), b);
      };
    },
    reason: /it assigns to variable .* what variable .* held/,
  },
  'variables that swap now and then': {
    step: () => {
      const a = tf.variable(tf.ones([4]));
      const b = tf.variable(tf.zeros([4]));
      let turn = 0;
      return (x) => {
        const old = tf.clone(a);
        if (turn++ % 3 === 2) {
          a.assign(b);
          b.assign(old);
        }
        return tf.add(tf.mul(a, x), b);
      };
    },
    reason: /it assigns to variable .* what variable .* held/,
  },
  'an assignment in every other step': {
    step: () => {
      const sum = tf.variable(tf.zeros([4]));
      let turn = 0;
      return (x) => {
        const next = tf.add(sum, x);
        if (turn++ % 2 === 0) sum.assign(next);
        return next;
      };
    },
    reason: /it assigns variable \d+ in one run and not, or otherwise, in the next/,
  },
  'one of two results': {
    step: () => {
      let turn = 0;
      return (x) => {
        const results = [tf.neg(x), tf.abs(x)];
        return results[turn++ % 2]!;
      };
    },
    reason: /it returns another of its tensors in one run than in the next|it allocates memory in another order/,
  },
  'complex numbers': {
    step: () => (x) => tf.real(tf.complex(x, x)),
    reason: /Complex works on complex64 \[4\]/,
  },
  'a kernel that writes into a constant': {
    step: () => {
      const weight = tf.variable(tf.zeros([4]));
      return (x) => {
        const inputs = [tf.ones([1]), tf.ones([1]), weight, x, tf.zeros([4])] as unknown as tf.NamedTensorMap;
        tf.engine().runKernel('SwitchyardSgd', inputs, { momentum: 0.5, weightDecay: 0, nesterov: false });
        return tf.mul(weight, 2);
      };
    },
    reason: /a replay gave another output 0 than the run/,
  },
  'a write that only its effect shows': {
    step: () => (x) => {
      const y = tf.neg(x);
      (tf.backend() as SimdBackend).entry(y).values![0 as never] = 42 as never;
      return tf.sum(y);
    },
    reason: /a replay gave another output 0 than the run/,
  },
  'an output that is no tensor': {
    step: () => (x) => ({ x: tf.neg(x), count: 3 }) as never,
    reason: /it returns something else than tensors/,
  },
};

for (const [what, { step, reason }] of Object.entries(refusals)) {
  test(`refused, and run all the same: ${what}`, () => {
    const errors: Error[] = [];
    const captured = captureStep(step(), { onRefused: (error) => errors.push(error) }) as CapturedStep<
      [tf.Tensor],
      StepOutput
    >;
    const reference = step();
    const tensorsOf = (output: StepOutput) =>
      Object.values(output instanceof tf.Tensor ? [output] : (output ?? {})).filter(
        (tensor) => tensor instanceof tf.Tensor,
      );
    for (let i = 0; i < 8; i++) {
      const [x, y] = [tf.tensor([i, 1, -2, i % 3]), tf.tensor([i, 1, -2, i % 3])];
      const [actual, expected] = [tensorsOf(captured(x)), tensorsOf(tf.tidy(() => reference(y) as tf.Tensor))];
      expect(actual.map((tensor) => tensor.arraySync())).toEqual(expected.map((tensor) => tensor.arraySync()));
      tf.dispose([x, y, ...actual, ...expected]);
    }
    expect(captured.state).toBe('refused');
    expect(errors).toHaveLength(1);
    expect(captured.refusal).toBe(errors[0]);
    expect(captured.refusal).toMatchObject({ name: 'SimdError', code: 'SWITCHYARD_SIMD_CAPTURE' });
    expect(captured.refusal!.message).toMatch(reason);
  });
}

test('a step that disposes its inputs is refused', () => {
  const errors: Error[] = [];
  const captured = captureStep(
    (x: tf.Tensor) => {
      const y = tf.neg(x);
      x.dispose();
      return y;
    },
    { onRefused: (error) => errors.push(error) },
  );
  for (let i = 0; i < 4; i++) expect(captured(tf.tensor([i + 1, 2])).arraySync()).toEqual([-1 - i, -2]);
  expect(errors[0]!.message).toMatch(/it disposes its inputs/);
});
