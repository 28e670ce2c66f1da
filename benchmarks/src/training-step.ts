import { captureStep } from '@switchyard/backend-simd';
import { createModel } from '@switchyard/models';
import { createStream } from '@switchyard/random';
import { adam, createTrainingState, createTrainingStep, sequenceLoss } from '@switchyard/training';
import * as tf from '@tensorflow/tfjs';
import type { Subject } from './peers/serve.ts';
import type { ImageStepConfig, SequenceStepConfig, StepConfig } from './step-config.ts';

/** A model, its loss, and the tensors that the loss takes. */
interface Work {
  readonly model: tf.LayersModel;
  readonly loss: (...inputs: tf.Tensor[]) => tf.Scalar;
  readonly inputs: tf.Tensor[];
}

/**
 * One training step on the current backend: forward over int tokens [batch, window], mean cross-entropy over all positions (the last
 * position alone for the MLP), or for images mean square error of the noise; backward, one Adam update.
 *
 * @param captured whether to capture it; a step that cannot be captured throws the reason
 */
export function prepareTrainingStep(config: StepConfig, captured: boolean): Subject {
  const { model, loss, inputs } = config.model === 'uvit' ? imageWork(config) : sequenceWork(config);
  const state = createTrainingState(model, adam());
  const plain = createTrainingStep({ loss, optimizer: adam(), ...state });
  const refuse = (reason: Error) => {
    throw reason;
  };
  const fast = captured ? captureStep(plain, { onRefused: refuse }) : undefined;
  const update = fast ?? plain;
  const learningRate = tf.scalar(1e-3);
  let count = 0;
  return {
    parameters: model.countParams(),
    step() {
      const at = tf.scalar(++count);
      const loss = update(...inputs, learningRate, at);
      loss.dataSync(); // a step is over when its loss is known
      tf.dispose([at, loss]);
    },
    dispose() {
      tf.dispose([...inputs, learningRate]);
      fast?.dispose();
      state.dispose();
      model.dispose();
    },
  };
}

const stream = () => createStream('benchmark');

function sequenceWork(config: SequenceStepConfig): Work {
  const { batch, window, vocabulary } = config;
  const model = createModel(sequenceConfig(config));
  const numbers = stream();
  const integers = (count: number) => Int32Array.from({ length: count }, () => numbers.nextInt(vocabulary));
  const answers = config.model === 'mlp' ? batch : batch * window;
  const tokens = tf.tensor2d(integers(batch * window), [batch, window], 'int32');
  const targets = tf.tensor1d(integers(answers), 'int32');
  return { model, loss: sequenceLoss(model), inputs: [tokens, targets, tf.ones([answers])] };
}

function sequenceConfig({ model, layers, attention, ...sizes }: SequenceStepConfig) {
  const { vocabulary, window, width, heads, feedForward } = sizes;
  const shared = { vocabulary, window, width, depth: layers };
  if (model === 'lstm' || model === 'mlp') return { kind: model, ...shared };
  return { kind: model, ...shared, heads, feedForward, attention };
}

function imageWork({ model: kind, batch, layers: depth, ...sizes }: ImageStepConfig): Work {
  const { image, channels, patch, classes, width, heads, feedForward, attention } = sizes;
  const model = createModel({ kind, image, channels, patch, classes, width, depth, heads, feedForward, attention });
  const numbers = stream();
  const shape: [number, number, number, number] = [batch, image, image, channels];
  const normal = () => tf.tensor4d(numbers.fill(new Float32Array(batch * image * image * channels), 'normal'), shape);
  const timesteps = Float32Array.from({ length: batch }, () => 1000 * numbers.nextFloat());
  const ids = Int32Array.from({ length: batch }, () => numbers.nextInt(classes));
  return {
    model,
    loss: (noise, ...inputs) => tf.losses.meanSquaredError(noise!, model.apply(inputs) as tf.Tensor),
    inputs: [normal(), normal(), tf.tensor2d(timesteps, [batch, 1]), tf.tensor2d(ids, [batch, 1], 'int32')],
  };
}
