import { createModel, type ModelInput } from '@switchyard/models';
import { iarc } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { selectBackend, Trainer, type TrainingEvent } from '../src/index.ts';
import { collect } from './tiny.ts';

const sizes = { vocabulary: 20, window: 12, seed: 5 };
const models: Record<string, ModelInput> = {
  'transformer dpa': { kind: 'transformer', ...sizes },
  'transformer ea': { kind: 'transformer', attention: 'ea', heads: 2, positions: 'alibi', ...sizes },
  'transformer cog': { kind: 'transformer', attention: 'cog', positions: 'rotary', normalization: 'rms', ...sizes },
  'transformer dpa-plus-one': { kind: 'transformer', attention: 'dpa-plus-one', positions: 'rotary', ...sizes },
  'transformer signed-unit': { kind: 'transformer', attention: 'signed-unit', heads: 2, ...sizes },
  'cisformer ea': { kind: 'cisformer', attention: 'ea', ...sizes },
  lstm: { kind: 'lstm', width: 24, ...sizes },
  mlp: { kind: 'mlp', width: 48, ...sizes },
};

async function run(config: ModelInput, capture: 'auto' | 'off'): Promise<TrainingEvent[]> {
  const model = createModel(config);
  const trainer = new Trainer({
    model,
    task: iarc(),
    seed: 3,
    steps: 200,
    batchSize: 16,
    capture,
    clip: 1,
    log: { every: 20 },
    evaluation: { every: 100, batches: 1 },
  });
  const events = await collect(trainer.run());
  model.dispose();
  return events;
}

/** What a run says, timings aside. */
function series(events: TrainingEvent[]): unknown[] {
  return events.filter(({ type }) => type !== 'end').map((event) => ({ ...event, tokensPerSecond: 0, secondsLeft: 0 }));
}

beforeAll(() => selectBackend('simd'));

test.each(Object.entries(models))('%s: 200 replayed steps are the steps that ran, bit for bit', async (_, config) => {
  const captured = await run(config, 'auto');
  expect(captured.filter(({ type }) => type === 'warning')).toEqual([]);
  const tensors = tf.memory().numTensors;
  expect(series(captured)).toEqual(series(await run(config, 'off')));
  expect(tf.memory().numTensors).toBe(tensors);
});
