import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { captureStep, type SimdBackend, type StepOutput } from '../index.ts';

const never = { onRefused: (error: Error) => expect.fail(error.message) };

beforeAll(async () => {
  await tf.setBackend('simd');
});

const bytesUsed = () => (tf.backend() as SimdBackend).heap.bytesUsed;

/** The output of a call of a step on the same values, `count` times, as numbers. */
function outputs<Output extends StepOutput>(step: (x: tf.Tensor) => Output, count: number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const x = tf.tensor([i, 1, -2, i % 3]);
    const output = step(x);
    const tensors = output instanceof tf.Tensor ? [output] : Object.values(output ?? {});
    const values = (tensors as tf.Tensor[]).flatMap((tensor) => Array.from(tensor.dataSync()));
    tf.dispose([x, ...(tensors as tf.Tensor[])]);
    return values;
  });
}

test('a step with variables: the first calls run, later ones are replayed, with the same results', () => {
  const program = () => {
    const sum = tf.variable(tf.zeros([4]));
    return (x: tf.Tensor) => {
      sum.assign(tf.add(tf.mul(sum, 0.5), tf.square(x)));
      return { total: tf.sum(sum), doubled: tf.mul(x, 2), sum: tf.reshape(sum, [2, 2]) };
    };
  };
  const captured = captureStep(program(), never);
  expect(captured.state).toBe('running');
  expect(outputs(captured, 20)).toEqual(outputs(program(), 20));
  expect(captured.state).toBe('captured');
  expect(captured.refusal).toBeUndefined();
  expect(captured.calls).toBeGreaterThan(3);
  expect(captured.bytes).toBeGreaterThan(0);
  captured.dispose();
  expect(captured.state).toBe('disposed');
  expect(() => captured(tf.zeros([4]))).toThrow(/disposed/);
});

test('JavaScript does not run in a replay', () => {
  let runs = 0;
  const captured = captureStep((x: tf.Tensor) => {
    runs++;
    return tf.neg(x);
  }, never);
  outputs(captured, 50);
  expect(runs).toBe(4);
});

test('variables can be read, cloned and assigned between replays', () => {
  const weight = tf.variable(tf.ones([4]));
  const bias = tf.variable(tf.zeros([4]));
  const captured = captureStep((x: tf.Tensor) => {
    weight.assign(tf.add(tf.mul(weight, x), bias));
    return tf.sum(weight);
  }, never);
  const values: number[][] = [];
  const snapshots: tf.Tensor[] = [];
  const x = tf.tensor([1, 2, 1, 0.5]);
  for (let i = 0; i < 12; i++) {
    captured(x).dispose();
    values.push(Array.from(weight.dataSync()));
    if (i % 2 === 0) snapshots.push(weight.clone());
    if (i === 6) weight.assign(tf.tensor([5, 6, 7, 8]));
    if (i === 8) bias.assign(weight);
    if (i === 10) bias.assign(tf.tensor([9, 9, 9, 9]));
  }
  expect(captured.state).toBe('captured');
  const expected: number[][] = [];
  let w = [1, 1, 1, 1];
  let b = [0, 0, 0, 0];
  for (let i = 0; i < 12; i++) {
    w = w.map((value, k) => value * [1, 2, 1, 0.5][k]! + b[k]!);
    expected.push(w);
    if (i === 6) w = [5, 6, 7, 8];
    if (i === 8) b = w;
    if (i === 10) b = [9, 9, 9, 9];
  }
  expect(values).toEqual(expected);
  expect(snapshots.map((snapshot) => Array.from(snapshot.dataSync()))).toEqual(expected.filter((_, i) => i % 2 === 0));
});

test('variables that were swapped between calls keep their values', () => {
  const a = tf.variable(tf.tensor([1, 2, 3, 4]));
  const b = tf.variable(tf.tensor([5, 6, 7, 8]));
  const captured = captureStep((x: tf.Tensor) => {
    a.assign(tf.add(a, x));
    return tf.add(tf.mul(a, 10), b);
  }, never);
  outputs(captured, 6);
  const [first, second] = [a, b].map((variable) => variable.dataSync());
  tf.tidy(() => {
    const old = tf.clone(a);
    a.assign(b);
    b.assign(old);
  });
  const zero = tf.zeros([4]);
  expect(captured(zero).dataSync()).toEqual(second!.map((value, i) => 10 * value + first![i]!));
  expect([a.dataSync(), b.dataSync()]).toEqual([second, first]);
  expect(captured.state).toBe('captured');
});

test('a variable may take the new buffer of another', () => {
  const program = () => {
    const online = tf.variable(tf.ones([4]));
    const target = tf.variable(tf.zeros([4]));
    return (x: tf.Tensor) => {
      const before = tf.clone(target);
      online.assign(tf.add(online, x));
      target.assign(online);
      return [before, tf.clone(online), tf.clone(target)];
    };
  };
  const captured = captureStep(program(), never);
  expect(outputs(captured, 12)).toEqual(outputs(program(), 12));
  expect(captured.state).toBe('captured');
});

test('ten thousand replays leave nothing behind, and dispose gives the memory back', () => {
  const state = tf.variable(tf.ones([4]));
  const program = (x: tf.Tensor) => {
    state.assign(tf.sub(tf.tanh(tf.add(state, x)), tf.sum(tf.cast(tf.greater(x, 0), 'int32'))));
    return tf.sum(state);
  };
  const x = tf.tensor([1, 2, 3, 4]);
  tf.tidy(() => void program(x));
  const start = { bytes: bytesUsed(), ...tf.memory() };
  const captured = captureStep(program, never);
  for (let i = 0; i < 5; i++) captured(x).dispose();
  expect(captured.state).toBe('captured');
  const held = { bytes: bytesUsed(), ...tf.memory() };
  for (let i = 0; i < 10_000; i++) captured(x).dispose();
  expect({ bytes: bytesUsed(), ...tf.memory() }).toEqual(held);
  captured.dispose();
  expect({ bytes: bytesUsed(), ...tf.memory() }).toEqual({
    ...start,
    numBytesReserved: held['numBytesReserved' as never],
  });
});

test('on another backend the step is refused; a recording waits while another backend is set', async () => {
  const errors: Error[] = [];
  const options = { onRefused: (error: Error) => errors.push(error) };
  const variable = tf.variable(tf.ones([4]));
  const program = (x: tf.Tensor) => {
    variable.assign(tf.add(variable, x));
    return tf.sum(variable);
  };
  const captured = captureStep(program, never);
  const sums = outputs(captured, 6);
  expect(captured.state).toBe('captured');
  await tf.setBackend('cpu');
  const onCpu = captureStep((x: tf.Tensor) => tf.neg(x), options);
  expect(outputs(onCpu, 3)).toEqual(outputs((x) => tf.neg(x), 3));
  expect(errors.map(({ message }) => message)).toEqual(['The step runs uncaptured: the backend is cpu, not simd.']);
  expect(captured.state).toBe('captured');
  await tf.setBackend('simd');
  expect(outputs(captured, 2)).toHaveLength(2);
  expect(sums).toHaveLength(6);
});

test('a variable that was used on another backend ends the recording, not the training', async () => {
  const errors: Error[] = [];
  const program = () => {
    const variable = tf.variable(tf.ones([4]));
    const step = (x: tf.Tensor) => {
      variable.assign(tf.add(variable, x));
      return tf.sum(variable);
    };
    return { variable, step };
  };
  const ours = program();
  const captured = captureStep(ours.step, { onRefused: (error) => errors.push(error) });
  const actual = outputs(captured, 6);
  expect(captured.state).toBe('captured');
  await tf.setBackend('cpu');
  tf.neg(ours.variable).dispose();
  await tf.setBackend('simd');
  actual.push(...outputs(captured, 3));
  const reference = program();
  expect(actual).toEqual([...outputs(reference.step, 6), ...outputs(reference.step, 3)]);
  expect(errors[0]!.message).toMatch(/went to another backend/);
});

test('a constant that is replaced ends the recording', () => {
  const errors: Error[] = [];
  const optimizer = tf.train.sgd(0.1);
  const variable = tf.variable(tf.ones([4]));
  const captured = captureStep(
    (x: tf.Tensor) => optimizer.minimize(() => tf.sum(tf.mul(variable, x)), true, [variable])!,
    { onRefused: (error) => errors.push(error) },
  );
  const x = tf.ones([4]);
  for (let i = 0; i < 6; i++) captured(x).dispose();
  expect(captured.state).toBe('captured');
  expect(variable.dataSync()[0]).toBeCloseTo(1 - 6 * 0.1, 5);
  (optimizer as unknown as { setLearningRate(rate: number): void }).setLearningRate(1);
  captured(x).dispose();
  expect(variable.dataSync()[0]).toBeCloseTo(1 - 6 * 0.1 - 1, 5);
  expect(errors[0]!.message).toMatch(/a float32 \[\] tensor that it takes from outside was disposed/);
});

test('inputs of another shape, and calls inside of a gradient, run uncaptured', () => {
  const captured = captureStep((x: tf.Tensor) => tf.sum(tf.square(x)), never);
  outputs(captured, 6);
  expect(captured.state).toBe('captured');
  expect(captured(tf.tensor([1, 2])).arraySync()).toBe(5);
  expect(captured(tf.tensor([3, 4], [2], 'int32')).arraySync()).toBe(25);
  const gradient = tf.grad((x: tf.Tensor) => captured(x));
  expect(gradient(tf.tensor([1, 2, 3, 4])).arraySync()).toEqual([2, 4, 6, 8]);
  expect(captured(tf.tensor([1, 2, 3, 4])).arraySync()).toBe(30);
});

test('a captured step may call another', () => {
  const program = (inner: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.add(inner(x), inner(tf.neg(x)));
  const inner = captureStep((x: tf.Tensor) => tf.exp(x), never);
  outputs(inner, 6);
  const captured = captureStep(program(inner), never);
  expect(outputs(captured, 10)).toEqual(
    outputs(
      program((x) => tf.exp(x)),
      10,
    ),
  );
  expect([inner.state, captured.state]).toEqual(['captured', 'captured']);
});

test('an error of the step reaches the caller, leaves variables in order, and the step is captured later', () => {
  for (const failing of [1, 2, 3]) {
    const variable = tf.variable(tf.ones([4]));
    let call = 0;
    const captured = captureStep((x: tf.Tensor) => {
      variable.assign(tf.add(variable, x));
      if (call++ === failing) throw new Error('on purpose');
      return tf.sum(variable);
    }, never);
    const x = tf.ones([4]);
    const sums: (number | string)[] = [];
    for (let i = 0; i < 12; i++) {
      try {
        sums.push(captured(x).arraySync() as number);
      } catch (error) {
        sums.push((error as Error).message);
      }
    }
    expect(sums).toEqual(Array.from({ length: 12 }, (_, i) => (i === failing ? 'on purpose' : 4 * (i + 2))));
    expect(captured.state).toBe('captured');
  }
});

test('a replay with an index out of range is an error, as it is when running', () => {
  const table = tf.tensor2d([[1], [2], [3]]);
  const captured = captureStep((i: tf.Tensor) => tf.gather(table, i as tf.Tensor1D), never);
  for (let i = 0; i < 6; i++)
    expect(captured(tf.tensor1d([0, i % 3], 'int32')).arraySync()).toEqual([[1], [(i % 3) + 1]]);
  expect(() => captured(tf.tensor1d([0, 3], 'int32'))).toThrow(
    /findOutside of GatherV2 gave 1, and -1 when it was recorded/,
  );
  expect(captured(tf.tensor1d([2, 2], 'int32')).arraySync()).toEqual([[3], [3]]);
});

test('kernels that JavaScript runs are replayed too, and named', () => {
  const program = (x: tf.Tensor) => {
    const [values, indices] = Object.values(tf.topk(tf.tan(x), 2)) as [tf.Tensor, tf.Tensor];
    return [
      tf.cumsum(values),
      tf.reverse(tf.concat([indices, indices])),
      tf.logicalNot(tf.greater(x, 0)),
      tf.reshape(tf.cosh(x), [2, 2]),
    ];
  };
  const captured = captureStep(program, never);
  expect(outputs(captured, 10)).toEqual(outputs(program, 10));
  expect(captured.slowKernels).toEqual(
    expect.arrayContaining(['Tan', 'TopK', 'Cumsum', 'Reverse', 'LogicalNot', 'Cosh']),
  );
});
