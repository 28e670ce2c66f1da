import { readFileSync } from 'node:fs';
import { readSafetensors } from '@switchyard/safetensors';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../test/close.ts';
import { applyUpdate } from './apply-update.ts';
import { TrainingError } from './errors.ts';
import { fusedUpdate } from './fused-update.ts';
import { naiveUpdate } from './naive-update.ts';
import { adam, adamW, type Optimizer, sgd, slotNames } from './optimizer.ts';
import { selectBackend } from './select-backend.ts';

const { tensors } = readSafetensors(readFileSync(new URL('../../../fixtures/optimizers.safetensors', import.meta.url)));

function fixture(name: string): tf.Tensor {
  const { data, shape } = tensors.get(name)!;
  return tf.tensor(Array.from(data, Number), [...shape]);
}

/** Ten steps on two parameters with the gradients of a fixture case; their final values. */
function trainFixture(name: string, optimizer: Optimizer, clip?: number, update = applyUpdate): Float32Array[] {
  const parameters = [0, 1].map((index) => tf.variable(fixture(`${name}/p${index}_init`)));
  const slots = slotNames(optimizer).map(() => parameters.map((parameter) => tf.variable(tf.zerosLike(parameter))));
  for (let step = 1; step <= 10; step++) {
    const gradients = [0, 1].map((index) => fixture(`${name}/g${index}_${step - 1}`));
    const learningRate = tf.scalar(optimizer.learningRate);
    tf.tidy(() => update({ optimizer, parameters, gradients, slots, learningRate, step: tf.scalar(step), clip }));
  }
  return parameters.map((parameter) => Float32Array.from(parameter.dataSync()));
}

const cases: [name: string, optimizer: Optimizer, clip?: number][] = [
  ['adam', adam({ learningRate: 0.01 })],
  ['adamw', adamW({ learningRate: 0.01, beta2: 0.95, weightDecay: 0.1 })],
  ['adamw_clip', adamW({ learningRate: 0.01, weightDecay: 0.01 }), 1],
  ['sgd_momentum', sgd({ learningRate: 0.01, momentum: 0.8 })],
];

describe.each(['cpu', 'simd'] as const)('applyUpdate on %s', (backend) => {
  it.each(cases)('%s equals PyTorch after ten steps', async (name, optimizer, clip) => {
    await selectBackend(backend);
    for (const [index, values] of trainFixture(name, optimizer, clip).entries()) {
      expectClose(values, fixture(`${name}/p${index}_final`).dataSync());
    }
  });

  it.each([
    ...cases,
    ['adam', adam({ weightDecay: 0.1 })],
    ['sgd_momentum', sgd({ weightDecay: 0.1 }), 0.5],
  ] as typeof cases)('%s: the fused kernel equals the composition', async (name, optimizer, clip) => {
    await selectBackend(backend);
    const [fused, naive] = [applyUpdate, naiveUpdate].map((update) => trainFixture(name, optimizer, clip, update));
    for (const [index, values] of fused!.entries()) expectClose(values, naive![index]!);
  });
});

it('uses the fused kernels where the backend has them', async () => {
  await selectBackend('cpu');
  expect(fusedUpdate()).toBeUndefined();
  await selectBackend('simd');
  expect(fusedUpdate()).toBeTypeOf('function');
});

it('names the option that is out of range, in one line', () => {
  const message = (make: () => unknown) => {
    try {
      make();
    } catch (error) {
      if (error instanceof TrainingError) return `${error.code} ${error.message}`;
    }
    return '';
  };
  expect(message(() => adamW({ learningRate: -1 }))).toMatch(/^SWITCHYARD_TRAINING_OPTION adamW: learningRate: .*>0$/);
  expect(message(() => sgd({ momentum: 1 }))).toMatch(/^SWITCHYARD_TRAINING_OPTION sgd: momentum: .*<1$/);
});
