import { createModel } from '@switchyard/models';
import { iarc } from '@switchyard/tasks';
import { beforeAll, expect, test } from 'vitest';
import { type Checkpoint, type CheckpointStore, selectBackend, Trainer, type TrainingEvent } from '../src/index.ts';

beforeAll(() => selectBackend('simd'));

interface Run {
  readonly dropout?: number;
  readonly capture?: 'auto' | 'off';
  readonly stopAt?: number;
  readonly store?: CheckpointStore;
  readonly evaluateEvery?: number;
}

/** Losses of the logged steps of a run, which ends early where `stopAt` says so. */
async function losses({
  dropout = 0.2,
  capture = 'auto',
  stopAt,
  store,
  evaluateEvery = 1000,
}: Run): Promise<number[]> {
  const model = createModel({ kind: 'transformer', vocabulary: 20, window: 8, width: 16, seed: 5, dropout });
  const trainer = new Trainer({
    ...{ model, task: iarc(), seed: 3, steps: 24, batchSize: 8, capture },
    ...{ log: { every: 1 }, evaluation: { every: evaluateEvery, batches: 1 } },
    ...(store && { checkpoint: { every: 1000, store } }),
  });
  const stop = new AbortController();
  const events: TrainingEvent[] = [];
  for await (const event of trainer.run({ signal: stop.signal })) {
    events.push(event);
    if (event.type === 'step' && event.step === stopAt) stop.abort();
  }
  model.dispose();
  expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
  return events.flatMap((event) => (event.type === 'step' ? [event.loss] : []));
}

function memoryStore(): CheckpointStore {
  let checkpoint: Checkpoint | undefined;
  return {
    load: async () => ({ ...(checkpoint && { checkpoint, path: 'memory' }), warnings: [] }),
    async save(saved) {
      checkpoint = saved;
      return 'memory';
    },
  };
}

test('dropout in training steps, captured or not, resumed or not, draws the same masks', async () => {
  const whole = await losses({});
  expect(await losses({ capture: 'off' })).toEqual(whole);
  const store = memoryStore();
  const first = await losses({ store, stopAt: 11 });
  expect([...first, ...(await losses({ store }))]).toEqual(whole);
  expect(await losses({ dropout: 0 })).not.toEqual(whole);
});

test('evaluations neither use dropout nor change the masks of the steps', async () => {
  expect(await losses({ evaluateEvery: 3 })).toEqual(await losses({}));
});
