import { captureStep } from '@switchyard/backend-simd';
import { createModel } from '@switchyard/models';
import { createStream } from '@switchyard/random';
import { adam, createTrainingState, createTrainingStep, sequenceLoss } from '@switchyard/training';
import * as tf from '@tensorflow/tfjs';
import type { Subject } from './peers/serve.ts';
import type { StepConfig } from './step-config.ts';

/**
 * One training step on the current backend: forward over int tokens [batch, window], mean cross-entropy over all positions (the last
 * position alone for the MLP), backward, one Adam update.
 *
 * @param captured whether to capture it; a step that cannot be captured throws the reason
 */
export function prepareTrainingStep(config: StepConfig, captured: boolean): Subject {
  const { batch, window, vocabulary } = config;
  const model = createModel(modelConfig(config));
  const state = createTrainingState(model, adam());
  const plain = createTrainingStep({ loss: sequenceLoss(model), optimizer: adam(), ...state });
  const refuse = (reason: Error) => {
    throw reason;
  };
  const fast = captured ? captureStep(plain, { onRefused: refuse }) : undefined;
  const update = fast ?? plain;

  const stream = createStream('benchmark');
  const integers = (count: number) => Int32Array.from({ length: count }, () => stream.nextInt(vocabulary));
  const answers = config.model === 'mlp' ? batch : batch * window;
  const tokens = tf.tensor2d(integers(batch * window), [batch, window], 'int32');
  const targets = tf.tensor1d(integers(answers), 'int32');
  const mask = tf.ones([answers]);
  const learningRate = tf.scalar(1e-3);
  let count = 0;
  return {
    parameters: model.countParams(),
    step() {
      const at = tf.scalar(++count);
      const loss = update(tokens, targets, mask, learningRate, at);
      loss.dataSync(); // a step is over when its loss is known
      tf.dispose([at, loss]);
    },
    dispose() {
      tf.dispose([tokens, targets, mask, learningRate]);
      fast?.dispose();
      state.dispose();
      model.dispose();
    },
  };
}

function modelConfig({ model, layers, attention, ...sizes }: StepConfig) {
  const { vocabulary, window, width, heads, feedForward } = sizes;
  const shared = { vocabulary, window, width, depth: layers };
  if (model === 'lstm' || model === 'mlp') return { kind: model, ...shared };
  return { kind: model, ...shared, heads, feedForward, attention };
}
