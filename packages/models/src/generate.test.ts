import '@switchyard/backend-simd';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { cogformer, lstm, transformer } from './create-model.ts';
import { ModelError } from './errors.ts';
import { generate, generateTokens } from './generate.ts';

beforeAll(async () => {
  await tf.setBackend('simd');
});

const tiny = { vocabulary: 7, width: 8, heads: 2, depth: 3, seed: 5 } as const;

/** The likeliest token behind these, by a full pass over a window filled up with zeros. */
function likeliest(model: tf.LayersModel, context: readonly number[], window: number): number {
  return tf.tidy(() => {
    const padded = [...context, ...Array.from({ length: window - context.length }, () => 0)];
    const logits = model.predict(tf.tensor2d([padded], [1, window], 'int32')) as tf.Tensor3D;
    return tf.argMax(logits, -1).dataSync()[context.length - 1]!;
  });
}

test.each([
  ['cogformer', cogformer],
  ['transformer', transformer],
] as const)('%s: likeliest tokens, and what happens at the end of the window', (_, create) => {
  const window = 6;
  const model = create({ ...tiny, window });
  const context = [1, 2];
  const expected: number[] = [];
  for (let step = 0; step < 20; step++) {
    if (context.length > window) context.splice(0, context.length - 3); // the last half of the window
    const token = likeliest(model, context, window);
    expected.push(token);
    context.push(token);
  }
  expect(generate(model, [1, 2], { tokens: 20, temperature: 0 })).toEqual(expected);
});

test('a prompt beyond the window counts with its last tokens', () => {
  const model = cogformer({ ...tiny, window: 6 });
  const prompt = [0, 5, 4, 1, 2, 3, 4, 5, 6];
  const options = { tokens: 9, temperature: 0 };
  expect(generate(model, prompt, options)).toEqual(generate(model, prompt.slice(-6), options));
  expect(generate(model, prompt, options)[0]).toBe(likeliest(model, prompt.slice(-6), 6));
});

test('the context of a document begins at its separator', () => {
  const model = cogformer({ ...tiny, window: 12, documentSeparator: 0 });
  const options = { tokens: 4, temperature: 0.7, seed: 2 };
  expect(generate(model, [5, 3, 0, 4, 2], options)).toEqual(generate(model, [0, 4, 2], options));
  expect(generate(model, [], options)).toEqual(generate(model, [0], options));
  // Whatever is drawn, separators among it: every token is the one that a full pass draws.
  const [context, expected]: number[][] = [[4, 0, 1], []];
  for (let step = 0; step < 9; step++) {
    const token = likeliest(model, context!, 12);
    expected!.push(token);
    context!.push(token);
  }
  expect(generate(model, [4, 0, 1], { tokens: 9, temperature: 0 })).toEqual(expected);
});

test('the same seed draws the same tokens, another seed others', () => {
  const model = cogformer({ ...tiny, window: 8 });
  const draw = (seed: number) => generate(model, Int32Array.of(3), { tokens: 30, seed });
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(new Set(draw(1)).size).toBeGreaterThan(1);
  expect(generate(model, [3])).toHaveLength(8);
  expect(generate(model, [3], { tokens: 30, seed: 1, topK: 1 })).toEqual(
    generate(model, [3], { tokens: 30, temperature: 0 }),
  );
});

test('it ends before a token, or when nobody asks for more, and leaves no tensor behind', () => {
  const model = cogformer({ ...tiny, window: 8 });
  const drawn = generate(model, [3], { tokens: 30 });
  const stop = drawn[4]!;
  const before = tf.memory().numTensors;
  expect(generate(model, [3], { tokens: 30, stop })).toEqual(drawn.slice(0, drawn.indexOf(stop)));
  const first: number[] = [];
  for (const token of generateTokens(model, [3], { tokens: 30 })) {
    first.push(token);
    if (first.length === 3) break;
  }
  expect(first).toEqual(drawn.slice(0, 3));
  expect(tf.memory().numTensors).toBe(before);
});

test.each<[ArrayLike<number>, object, string]>([
  [[], {}, 'prompt []: must be one token at least: the model has no documentSeparator to begin with'],
  [[1, 7], {}, 'a token of the prompt 7: must be a token id, a whole number from 0 to 6'],
  [[0.5], {}, 'a token of the prompt 0.5: must be a token id, a whole number from 0 to 6'],
  [[1], { tokens: -1 }, 'tokens -1: must be a whole number, at least 0'],
  [[1], { temperature: -0.1 }, 'temperature -0.1: must be a number, at least 0'],
  [[1], { temperature: Number.NaN }, 'temperature NaN: must be a number, at least 0'],
  [[1], { topK: 0 }, 'topK 0: must be a whole number, at least 1'],
  [[1], { topP: 0 }, 'topP 0: must be a number above 0, at most 1'],
  [[1], { stop: 9 }, 'stop 9: must be a token id, a whole number from 0 to 6'],
])('%j with %j is refused', (prompt, options, message) => {
  const model = cogformer({ ...tiny, window: 4 });
  expect(() => generate(model, prompt, options)).toThrow(new ModelError('SWITCHYARD_MODEL_INPUT', message));
});

test('models that cannot generate, and such as have gone wrong', () => {
  expect(() => generate(lstm({ vocabulary: 3, window: 2 }), [1])).toThrow(
    new ModelError('SWITCHYARD_MODEL_INPUT', `Model 'lstm' cannot generate: choose one of cogformer, transformer`),
  );
  const model = cogformer({ ...tiny, window: 4 });
  model.setWeights(model.getWeights().map((weight) => tf.fill(weight.shape, Number.NaN)));
  expect(() => generate(model, [1])).toThrow(
    new ModelError(
      'SWITCHYARD_MODEL_INPUT',
      `Model 'cogformer' gives logits that are not finite: load another checkpoint`,
    ),
  );
});
