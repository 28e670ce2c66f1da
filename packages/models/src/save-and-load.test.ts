import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { allConfigs, inputsOf } from '../test/configs.ts';
import { createModel } from './create-model.ts';
import { modelConfig } from './model-config.ts';
import { fromSafetensors, toSafetensors } from './safetensors.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** A model whose weights are no longer those of its seed. */
function trained(name: string): tf.LayersModel {
  const model = createModel(allConfigs[name]!);
  model.setWeights(model.getWeights().map((weight) => tf.add(tf.mul(weight, 1.5), 0.1)));
  return model;
}

function expectSame(loaded: tf.LayersModel, model: tf.LayersModel, inputs: tf.Tensor[]): void {
  const [a, b] = [model, loaded].map((each) => (each.predict(inputs) as tf.Tensor).dataSync());
  expect(b).toEqual(a);
  expect(modelConfig(loaded)).toEqual(modelConfig(model));
  expect(loaded.weights.map((weight) => weight.originalName)).toEqual(
    model.weights.map((weight) => weight.originalName),
  );
}

test.each(Object.keys(allConfigs))('%s survives model.save and tf.loadLayersModel', async (name) => {
  const model = trained(name);
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const json = JSON.parse(JSON.stringify({ ...saved, weightData: undefined }));
  const loaded = await tf.loadLayersModel(tf.io.fromMemory({ ...json, weightData: saved!.weightData }));
  expectSame(loaded, model, inputsOf(allConfigs[name]!));
});

test.each(Object.keys(allConfigs))('%s survives safetensors', (name) => {
  const model = trained(name);
  const bytes = toSafetensors(model, { step: '12' });
  expectSame(fromSafetensors(bytes), model, inputsOf(allConfigs[name]!));
  expect(toSafetensors(fromSafetensors(bytes), { step: '12' })).toEqual(bytes);
});
