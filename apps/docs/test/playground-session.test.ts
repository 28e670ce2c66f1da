import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createModel, fromSafetensors } from '@switchyard/models';
import { Trainer } from '@switchyard/training';
import { readCheckpoint, readMetrics, readRunConfig, selectBackend } from '@switchyard/training/node';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NamedBytes, Reply } from '../src/playground/messages.ts';
import { openFiles } from '../src/playground/open-files.ts';
import { resolveRun, trainerConfig } from '../src/playground/resolve-run.ts';
import { runInput } from '../src/playground/run-config.ts';
import { Session } from '../src/playground/session.ts';
import { defaultModel, defaultSettings } from '../src/playground/settings.ts';

const settings = {
  ...defaultSettings,
  ...{ batchSize: 8, window: 8, steps: 60, backend: 'simd' as const },
  models: [{ ...defaultModel('cisformer'), width: 8, depth: 1, attention: 'ea' as const }],
};
const run = resolveRun({ ...runInput(settings, 0), evaluation: { every: 30, batches: 1, batchSize: 16 } });
const look = { sample: 3, weight: 0, unit: 1 };
const scratch = mkdtempSync(join(tmpdir(), 'switchyard-playground-'));

beforeAll(async () => void (await selectBackend('simd')));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A session, with what it has posted and a way to wait for a reply. */
function start(earlier?: ConstructorParameters<typeof Session>[2]) {
  const replies: Reply[] = [];
  const waiting: { fits: (reply: Reply) => boolean; resolve: (reply: Reply) => void }[] = [];
  const post = (reply: Reply) => {
    replies.push(reply);
    for (const { fits, resolve } of waiting) if (fits(reply)) resolve(reply);
  };
  const session = new Session(run, post, earlier);
  const until = <Type extends Reply['type']>(type: Type, fits = (_: Extract<Reply, { type: Type }>) => true) =>
    new Promise<Extract<Reply, { type: Type }>>((resolve) => {
      const check = (reply: Reply) => reply.type === type && fits(reply as Extract<Reply, { type: Type }>);
      waiting.push({ fits: check, resolve: resolve as (reply: Reply) => void });
    });
  const ended = session.train();
  return { session, replies, until, ended };
}

/** Loss by step, from what was posted. */
function lossesOf(replies: readonly Reply[]): Map<number, number> {
  const width = 3 + run.task.ruleNames.length;
  const rows = replies.flatMap((reply) => {
    if (reply.type !== 'progress') return [];
    const { points } = reply;
    return Array.from({ length: points.length / width }, (_, row) => [points[row * width]!, points[row * width + 1]!]);
  });
  return new Map(rows as [number, number][]);
}

async function expected(): Promise<Map<number, number>> {
  const { checkpoint: _, ...training } = trainerConfig(run);
  const losses = new Map<number, number>();
  for await (const event of new Trainer({ ...training, model: createModel(run.config.model), task: run.task }).run()) {
    if (event.type === 'step') losses.set(event.step, event.loss);
  }
  return losses;
}

const isState = (state: string) => (reply: { state: string }) => reply.state === state;

function writeRun(files: readonly NamedBytes[], name: string): string {
  for (const file of files) {
    const path = join(scratch, name, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
  }
  return join(scratch, name);
}

describe('a session', () => {
  test('paused, stepped, looked at and exported on the way, it gives the losses of a plain run', async () => {
    const { session, replies, until, ended } = start();
    await until('state', isState('paused'));
    session.go(3);
    await until('state', isState('running'));
    await until('progress', ({ step }) => step === 3);

    session.look(look);
    const seen = await until('look');
    expect(seen).toMatchObject({ step: 3, sample: 3, attention: { layers: 1, heads: 1, window: 8 } });
    expect(seen.tokens).toHaveLength(9);
    expect(seen.explanations).toHaveLength(9);
    expect(seen.unit).toMatchObject({ rows: 1, columns: 20 });

    session.export('run');
    const exported = await until('exported');
    expect(exported.files.map(({ name }) => name)).toEqual([
      'config.yaml',
      'metrics.jsonl',
      'checkpoints/step-3.safetensors',
      'summary.json',
    ]);
    session.go();
    await ended;
    expect(replies.at(-1)).toEqual({ type: 'state', state: 'done' });
    const plain = await expected();
    expect([...lossesOf(replies)]).toEqual([...plain]);
    expect(plain.size).toBe(6);
  });

  test('what it exports is a run directory, and opens again to go on to the same losses', async () => {
    const { session, until, ended } = start();
    session.go(25);
    await until('state', isState('running'));
    await until('state', isState('paused'));
    session.export('run');
    const { files } = await until('exported');
    session.export('model');
    const { files: model } = await until('exported', ({ what }) => what === 'model');
    session.go();
    await ended;

    const directory = writeRun(files, 'exported');
    expect((await readCheckpoint(directory)).checkpoint.step).toBe(25);
    expect((await readMetrics(directory)).map(({ step }) => step)).toEqual([10, 20]);
    expect(resolveRun(await readRunConfig(directory)).config).toEqual(run.config);
    expect(fromSafetensors(model[0]!.bytes).countParams()).toBe(session.model.countParams());

    const zip = zipSync(Object.fromEntries(files.map(({ name, bytes }) => [`some-run/${name}`, bytes])));
    const opened = openFiles([{ name: 'run.zip', bytes: zip }]);
    if (opened.kind !== 'run') throw new Error('not opened as a run');
    const again = start(opened.earlier);
    again.session.go();
    await again.ended;
    expect([...lossesOf(again.replies)]).toEqual([...(await expected())]);
  });
});

describe('files that cannot be opened are named with the reason', () => {
  const file = (name: string, text: string) => ({ name, bytes: strToU8(text) });
  test.each([
    [[], /nothing was chosen/],
    [[file('run.zip', 'PK no zip at all')], /run\.zip is not a whole zip file/],
    [[file('model.safetensors', 'garbage that is longer than eight bytes')], /damaged or no safetensors file/],
    [[file('a.txt', ''), file('b.txt', '')], /no config\.yaml/],
    [[file('r/config.yaml', 'steps: 5'), file('r/metrics.jsonl', '')], /no checkpoint yet/],
    [[file('r/config.yaml', 'steps: few'), file('r/x', '')], /^steps is "few": it must be a number$/],
    [
      [file('r/config.yaml', 'task: { kind: text }'), file('r/x', '')],
      /^task\.kind is "text": it must be one of iarc, delayedSum$/,
    ],
    [[file('r/config.yaml', 'null'), file('r/x', '')], /^the configuration is null: it must be a map$/],
    [[file('r/config.yaml', 'a: ['), file('r/x', '')], /config\.yaml is not valid YAML/],
    [
      [file('r/config.yaml', 'steps: 5'), file('r/checkpoints/step-5.safetensors', 'xxxxxxxxxxxxxxxxxx')],
      /no checkpoint of this run is whole: .*step-5\.safetensors is damaged/,
    ],
  ])('%#', (files, message) => {
    expect(() => openFiles(files)).toThrow(message);
  });
});
