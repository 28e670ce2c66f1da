import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { allConfigs, configs, inputsOf, tokens } from '../test/configs.ts';
import { createModel, parameterCount } from './create-model.ts';
import { modelConfig } from './model-config.ts';
import type { ModelInput } from './registry.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const predict = (model: tf.LayersModel, input: tf.Tensor) => model.predict(input) as tf.Tensor;

function trainedParameters(model: tf.LayersModel): number {
  return model.trainableWeights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape.map(Number)), 0);
}

/**
 * Mean cross-entropy of predicting, at every position, the token there (for the MLP, the last of the window); for images, mean
 * square error of predicting the image.
 */
function loss(model: tf.LayersModel, inputs: tf.Tensor[]): tf.Scalar {
  const output = model.apply(inputs) as tf.Tensor;
  if (inputs.length > 1) return tf.mean(tf.squaredDifference(output, inputs[0]!));
  const [logits, input] = [output, inputs[0] as tf.Tensor2D];
  const [, window] = input.shape;
  const targets = logits.rank === 2 ? input.slice([0, window - 1]).reshape([-1]) : input;
  const oneHot = tf.oneHot(targets.toInt(), logits.shape.at(-1)!);
  return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(logits)), -1)));
}

describe.each(Object.entries(configs))('%s', (_, config) => {
  test('maps tokens to logits, and carries its config', () => {
    const model = createModel(config);
    const { vocabulary, window } = config;
    expect(predict(model, tokens(config)).shape).toEqual(
      config.kind === 'mlp' ? [3, vocabulary] : [3, window, vocabulary],
    );
    expect(modelConfig(model)).toMatchObject(config);
  });

  test('a later token never changes earlier logits', () => {
    if (config.kind === 'mlp') return;
    const model = createModel(config);
    const first = tokens(config);
    const changed = tf.tidy(() => {
      const last = tf.slice(first, [0, 4]);
      return tf.concat([tf.slice(first, [0, 0], [-1, 4]), last.add(1).mod(config.vocabulary).toInt()], 1);
    }) as tf.Tensor2D;
    const [before, after] = [first, changed].map((input) => tf.unstack(predict(model, input), 1));
    for (let position = 0; position < config.window; position++) {
      const [a, b] = [before![position]!.dataSync(), after![position]!.dataSync()];
      position < 4 ? expect(a).toEqual(b) : expect(a).not.toEqual(b);
    }
  });
});

describe.each(Object.entries(allConfigs))('%s', (_, config) => {
  test('gradients agree with finite differences, for every weight', () => {
    const model = createModel(config);
    const inputs = inputsOf(config);
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(() => loss(model, inputs), variables);
    const step = 5e-4;
    for (const variable of variables) {
      const gradient = grads[variable.name]!;
      const length = tf.norm(gradient).dataSync()[0]!;
      const start = variable.clone();
      const [above, below] = [step, -step].map((distance) => {
        variable.assign(tf.add(start, tf.mul(gradient, distance / Math.max(length, 1e-9))));
        return loss(model, inputs).dataSync()[0]!;
      });
      variable.assign(start);
      const slope = (above! - below!) / (2 * step);
      expect(Math.abs(slope - length), variable.name).toBeLessThan(2e-3 + 0.02 * length);
    }
  });

  test('learns, and leaves no tensor behind', () => {
    const model = createModel(config);
    const inputs = inputsOf(config, 6);
    const optimizer = tf.train.adam(0.02);
    const step = () => tf.tidy(() => optimizer.minimize(() => loss(model, inputs), true)!.dataSync()[0]!);
    const first = step(); // makes the optimizer's slots, and constants that attention keeps
    const tensors = tf.memory().numTensors;
    const losses = Array.from({ length: 12 }, step);
    expect(losses.at(-1)!).toBeLessThan(0.8 * first);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('has as many parameters as its formula says', () => {
    expect(trainedParameters(createModel(config))).toBe(parameterCount(config));
  });
});

test('parameter counts hold for any config', () => {
  const natural = (max: number) => fc.integer({ min: 1, max });
  const common = { vocabulary: fc.integer({ min: 2, max: 9 }), window: natural(5), depth: natural(3) };
  const blocks = {
    ...common,
    width: fc.constantFrom(12, 24),
    heads: fc.constantFrom(1, 2, 3),
    feedForward: natural(20),
    attention: fc.constantFrom('dpa', 'ea', 'cog'),
    normalization: fc.constantFrom('layer', 'rms', 'none'),
    embedding: fc.constantFrom('learned', 'one-hot'),
    dropout: fc.constantFrom(0, 0.5),
  } as const;
  const positionWise = fc.record({
    ...{ projections: fc.boolean(), output: fc.boolean(), feedForward: fc.boolean(), normalization: fc.boolean() },
  });
  const positions = fc.constantFrom('learned', 'rotary', 'alibi', 'none');
  const images = {
    ...{ image: fc.constantFrom(4, 8), channels: natural(3), patch: fc.constantFrom(1, 2, 4), depth: natural(6) },
    ...{ width: fc.constantFrom(12, 24), heads: fc.constantFrom(1, 2, 3), feedForward: natural(20) },
  };
  const config: fc.Arbitrary<ModelInput> = fc.oneof(
    fc.record({ kind: fc.constant('uvit'), ...images, classes: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ kind: fc.constant('uvit'), ...images, contextTokens: natural(3), contextWidth: natural(4) }),
    fc.record({ kind: fc.constant('transformer'), ...blocks, positions }),
    fc.record({ kind: fc.constant('cisformer'), ...blocks, positionWise }),
    fc.record({
      kind: fc.constant('cogformer'),
      ...common,
      ...{ width: blocks.width, heads: blocks.heads, feedForward: natural(20), attention: blocks.attention },
    }),
    fc.record({ kind: fc.constant('lstm'), ...common, width: natural(20) }),
    fc.record({ kind: fc.constant('mlp'), ...common, width: natural(20) }),
  );
  fc.assert(
    fc.property(config, (input) => {
      const model = createModel(input);
      expect(trainedParameters(model)).toBe(parameterCount(input));
      model.dispose();
    }),
    { numRuns: 60 },
  );
});

describe('weights', () => {
  const config = configs['cisformer ea']!;
  const values = (input: ModelInput) =>
    createModel(input)
      .getWeights()
      .map((weight) => weight.dataSync());
  const transformer = configs['transformer dpa']!;

  test('are those of the seed, whatever was created before', () => {
    const first = values(config);
    values(transformer);
    expect(values(config)).toEqual(first);
  });

  test('differ from seed to seed, from layer to layer and from position to position', () => {
    const model = createModel(config);
    const other = createModel({ ...config, seed: 2 });
    const drawn = model.weights.filter((weight) => weight.originalName.endsWith('kernel'));
    const flat = drawn.flatMap((weight) => Array.from(weight.read().dataSync()));
    expect(drawn.length).toBe(10);
    expect(new Set(flat).size).toBeGreaterThan(0.999 * flat.length);
    for (const [index, weight] of model.weights.entries()) {
      const constant = !weight.originalName.endsWith('kernel');
      const same = tf.all(tf.equal(weight.read(), other.weights[index]!.read())).dataSync()[0] === 1;
      expect(same, weight.originalName).toBe(constant);
    }
  });

  test('that two kinds share start the same', () => {
    const head = (input: ModelInput) => createModel(input).getLayer('head').getWeights()[0]!.dataSync();
    expect(head(transformer)).toEqual(head(config));
  });
});
