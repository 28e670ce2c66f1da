import { captureStep } from '@switchyard/backend-simd';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { createModel } from '../src/create-model.ts';
import { allConfigs, configs, imageConfigs, inputsOf } from './configs.ts';

type Step = (hyper: tf.Tensor, targets: tf.Tensor, ...inputs: tf.Tensor[]) => tf.Tensor;

const rows = 3;

beforeAll(async () => {
  await tf.setBackend('simd');
});

/** A training step as the trainer's: cross-entropy (for images, square error), gradients, AdamW in place; and all that it changes. */
function training(name: string): { step: Step; variables: readonly tf.Variable[] } {
  const model = createModel(allConfigs[name]!);
  const parameters = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const slots = [0, 1].map(() => parameters.map((parameter) => tf.variable(tf.zerosLike(parameter), false)));
  const attributes = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, decoupled: true };
  const step: Step = (hyper, targets, ...inputs) => {
    const { value, grads } = tf.variableGrads(() => {
      const logits = model.apply(inputs, { training: true }) as tf.Tensor;
      if (name in imageConfigs) return tf.losses.meanSquaredError(targets, logits);
      return tf.losses.softmaxCrossEntropy(tf.oneHot(targets, logits.shape.at(-1)!, 1, 0, 'float32'), logits);
    }, parameters);
    const groups = parameters.flatMap((parameter, i) => [
      parameter,
      grads[parameter.name]!,
      slots[0]![i]!,
      slots[1]![i]!,
    ]);
    const updated = [hyper, tf.ones([1]), ...groups] as unknown as tf.NamedTensorMap;
    tf.engine().runKernel('SwitchyardAdamW', updated, attributes);
    return value;
  };
  return { step, variables: [...parameters, ...slots.flat()] };
}

/** What a step takes beside its hyperparameters: targets, then inputs. */
function examples(name: string, i: number): [tf.Tensor, ...tf.Tensor[]] {
  const image = imageConfigs[name];
  if (image) {
    const [images, times, ...told] = inputsOf(image, rows) as [tf.Tensor, tf.Tensor];
    return [tf.cos(tf.add(images, i)), tf.sin(tf.mul(images, i)), tf.add(times, 3 * i), ...told];
  }
  const { vocabulary, window, kind } = configs[name]!;
  const token = (k: number) => (i * 7 + k * k + (k >> 1)) % vocabulary;
  const tokens = Array.from({ length: rows * window }, (_, k) => token(k));
  const targets = Array.from({ length: kind === 'mlp' ? rows : rows * window }, (_, k) => token(k + 1));
  const shape: [number, number] = [rows, window];
  const target = kind === 'mlp' ? tf.tensor1d(targets, 'int32') : tf.tensor2d(targets, shape, 'int32');
  return [target, tf.tensor2d(tokens, shape, 'int32')];
}

/** Losses of 200 steps; learning rate and bias corrections change with every one. */
function train(step: Step, name: string): number[] {
  return Array.from({ length: 200 }, (_, i) =>
    tf.tidy(() => {
      const hyper = tf.tensor1d([0.01 * (1 - i / 200), 1 - 0.9 ** (i + 1), 1 - 0.999 ** (i + 1)]);
      return step(hyper, ...examples(name, i)).dataSync()[0]!;
    }),
  );
}

test.for(Object.keys(allConfigs))('%s: 200 captured training steps are those of running, bit for bit', (name) => {
  const running = training(name);
  const replayed = training(name);
  const captured = captureStep(replayed.step, { onRefused: (error) => expect.fail(error.message) });
  const losses = train(running.step, name);
  expect(train(captured, name)).toEqual(losses);
  const values = ({ variables }: { variables: readonly tf.Variable[] }) =>
    variables.map((variable) => Array.from(variable.dataSync()));
  expect(values(replayed)).toEqual(values(running));
  expect(captured.state).toBe('captured');
  expect(captured.slowKernels).toEqual([]);
  expect(captured.bytes).toBeLessThanOrEqual(1.3 * captured.livePeak);
});
