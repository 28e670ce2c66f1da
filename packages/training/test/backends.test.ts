import { createModel, type ModelInput } from '@switchyard/models';
import { iarc } from '@switchyard/tasks';
import { beforeAll, describe, expect, it } from 'vitest';
import { adamW, type BackendName, Trainer } from '../src/index.ts';
import { selectBackend } from '../src/node.ts';
import { expectClose } from './close.ts';
import { collect } from './tiny.ts';

const task = iarc({ context: 'pointer' });
const size = { vocabulary: task.vocabulary.size, window: 12, width: 8, seed: 3 };
const runs: [name: string, steps: number, model: ModelInput][] = [
  ['transformer dpa', 50, { kind: 'transformer', ...size, heads: 2 }],
  ['transformer ea', 10, { kind: 'transformer', ...size, attention: 'ea', positions: 'rotary', normalization: 'rms' }],
  ['transformer cog', 10, { kind: 'transformer', ...size, attention: 'cog', positions: 'alibi' }],
  ['cisformer ea', 10, { kind: 'cisformer', ...size, attention: 'ea' }],
  ['lstm', 10, { kind: 'lstm', ...size }],
  ['mlp', 10, { kind: 'mlp', ...size }],
];

/** The losses of a training run. */
async function train(backend: BackendName, steps: number, model: ModelInput): Promise<number[]> {
  await selectBackend(backend);
  const trainer = new Trainer({
    model: createModel(model),
    task,
    steps,
    batchSize: 8,
    seed: 1,
    optimizer: adamW({ learningRate: 3e-3 }),
    clip: 1,
    log: { every: 1 },
    evaluation: { batches: 1, batchSize: 8 },
  });
  const events = await collect(trainer.run());
  return events.filter((event) => event.type === 'step').map((event) => event.loss);
}

const expected = new Map<string, number[]>();
beforeAll(async () => {
  for (const [name, steps, model] of runs) expected.set(name, await train('cpu', steps, model));
}, 120_000);

const missing = await selectBackend('tensorflow').then(
  () => '',
  (error: Error) => error.message,
);
if (missing !== '') console.log(`skipped on tensorflow: ${missing}`);

describe.each(['simd', 'wasm', 'tensorflow'] as const)('on %s', (backend) => {
  it.skipIf(backend === 'tensorflow' && missing !== '').each(runs)(
    '%s has the losses of cpu for %i steps',
    async (name, steps, model) => {
      const losses = await train(backend, steps, model);
      expect(losses).toHaveLength(steps);
      expectClose(losses, expected.get(name)!, 1e-3);
    },
  );
});
