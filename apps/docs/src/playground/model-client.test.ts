import { expect, test } from 'vitest';
import type { ReadyReply, Reply, Request } from './messages.ts';
import { connect } from './model-client.ts';

const look = { sample: 0, weight: 0, unit: 0 };
const ready = { type: 'ready', ruleNames: ['sum'] } as unknown as ReadyReply;

/** A client of a worker that this test plays. */
function pair() {
  const sent: Request[] = [];
  const worker = { postMessage: (request: Request) => sent.push(request), terminate() {} } as unknown as Worker;
  const client = connect(worker, { type: 'start', config: {}, threads: 1, look }, () => {});
  const reply = (data: unknown) => worker.onmessage!({ data: data as Reply } as MessageEvent);
  return { sent, client, reply, worker };
}

test('collects what the worker tells', () => {
  const { client, reply } = pair();
  reply(ready);
  reply({
    type: 'progress',
    step: 20,
    stepsPerSecond: 9,
    tokensPerSecond: 90,
    points: Float64Array.of(10, 2, 0.5, 0.5),
  });
  reply({
    type: 'progress',
    step: 30,
    stepsPerSecond: 9,
    tokensPerSecond: 90,
    points: Float64Array.of(20, 1, 0.6, 0.6),
  });
  reply({ type: 'state', state: 'paused' });
  expect(client.current).toMatchObject({ state: 'paused', progress: { step: 30 } });
  expect(client.current.curves!.column(1)).toEqual([2, 1]);
});

test('asks for one look at a time, and then for the latest', () => {
  const { client, sent, reply } = pair();
  client.look({ ...look, sample: 1 });
  client.look({ ...look, sample: 2 });
  expect(sent.map(({ type }) => type)).toEqual(['start']);
  reply({ type: 'look' });
  expect(sent.at(-1)).toEqual({ type: 'look', look: { ...look, sample: 2 } });
  reply({ type: 'look' });
  expect(sent).toHaveLength(2);
});

test('an error of the worker itself is a failure', () => {
  const { client, worker } = pair();
  worker.onerror!({ preventDefault() {}, message: 'no memory' } as ErrorEvent);
  expect(client.current).toMatchObject({ state: 'failed', error: 'no memory' });
});
