import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { config } from '../../test/examples.ts';
import { type Reply, type Request, replySchema } from './protocol.ts';
import { type Subject, serve } from './serve.ts';

/** What a participant answers to requests, with steps that do nothing but count. */
async function converse(requests: Request[], prepare: () => Subject): Promise<Reply[]> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  for (const request of requests) input.write(`${JSON.stringify(request)}\n`);
  input.end();
  await serve(input, output, prepare);
  output.end();
  const lines = (await text(output)).trim().split('\n');
  return lines.map((line) => replySchema.parse(JSON.parse(line)));
}

test('each configuration is warmed up and disposed before the next and at the end', async () => {
  const log: string[] = [];
  let made = 0;
  const prepare = (): Subject => {
    const name = `model ${++made}`;
    let steps = 0;
    return { parameters: 7, step: () => void steps++, dispose: () => log.push(`${name}: ${steps} steps`) };
  };
  const getReady: Request = { type: 'prepare', config };
  expect(await converse([getReady, getReady, { type: 'exit' }, getReady], prepare)).toMatchObject([
    { type: 'ready', parameters: 7 },
    { type: 'ready', parameters: 7 },
  ]);
  expect(log).toEqual(['model 1: 11 steps', 'model 2: 11 steps']);
});

test('a round is at least one step; the steps of its warm-up do not count', async () => {
  let steps = 0;
  const subject: Subject = { parameters: 7, step: () => void steps++, dispose: () => {} };
  const measure: Request = { type: 'measure', warmUp: 0, seconds: 1e-9 };
  const replies = await converse([{ type: 'prepare', config }, measure, { ...measure, warmUp: 1e-9 }], () => subject);
  expect(replies.slice(1)).toMatchObject([
    { type: 'measured', steps: 1 },
    { type: 'measured', steps: 1 },
  ]);
  expect(steps).toBe(11 + 1 + 2);
});

test('what goes wrong is answered, and the participant goes on', async () => {
  const broken: Subject = {
    parameters: 7,
    step: () => {
      throw new Error('no memory');
    },
    dispose: () => {},
  };
  const replies = await converse(
    [
      { type: 'measure', warmUp: 0, seconds: 1 },
      { type: 'prepare', config },
    ],
    () => broken,
  );
  expect(replies).toEqual([
    { type: 'failed', reason: 'measure comes after prepare' },
    { type: 'failed', reason: 'no memory' },
  ]);
});
