import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectRefusal } from './refusal.ts';
import { filesIn, type Outcome, switchyard, temporaryDirectory } from './run.ts';

const sea = `${'The sea was the sea. '.repeat(30)}The whale was white.\n`;

const train = [
  ...['train', '--out', 'run', '--task.kind', 'text', '--task.path', 'sea.txt', '--window', '8', '--batchSize', '4'],
  ...['--task.tokenizer', 'characters', '--model.kind', 'cogformer', '--model.width', '8', '--model.heads', '2'],
  ...['--model.depth', '2', '--steps', '40', '--log.every', '20', '--evaluation.every', '20'],
  ...['--evaluation.batches', '1', '--evaluation.batchSize', '8', '--evaluation.positions', 'all'],
];

const trainedFolder = mkdtempSync(join(tmpdir(), 'switchyard-text-'));
afterAll(() => rmSync(trainedFolder, { recursive: true, force: true }));
let trained: Outcome;
beforeAll(async () => {
  writeFileSync(join(trainedFolder, 'sea.txt'), sea);
  trained = await switchyard(train, trainedFolder);
}, 60_000);

/** A copy of the folder that holds the text and a run on it. */
function trainedCopy(): string {
  const folder = temporaryDirectory();
  cpSync(trainedFolder, folder, { recursive: true });
  return folder;
}

test('training shows live bits per byte, and ends with scores and a sample', () => {
  expect(trained.code).toBe(0);
  expect(trained.stderr).toMatch(/step 20\/40: loss [\d.]+, [\d.]+ bits\/byte, accuracy/);
  expect(trained.stderr).toMatch(
    /step 40\/40: evaluation: loss [\d.]+, perplexity [\d.]+, bits\/byte [\d.]+, accuracy /,
  );
  expect(trained.stdout).toMatch(
    /^ *loss +perplexity +bits\/byte +accuracy\n[\d. %]+\n[^\n]+ targets; [^\n]+\n\n[\s\S]+\n$/,
  );
  expect(filesIn(join(trainedFolder, 'run'))).toContain('tokenizer.json');
});

test('evaluate measures what training did at its end', async () => {
  const { loss, measures } = JSON.parse((await switchyard(['evaluate', 'run', '--json'], trainedFolder)).stdout);
  expect(measures.perplexity).toBeCloseTo(Math.exp(loss), 6);
  const summary = JSON.parse(readFileSync(join(trainedFolder, 'run', 'summary.json'), 'utf8'));
  expect(measures).toEqual(summary.evaluation.measures);
});

describe('sample', () => {
  const sample = ['sample', 'run', '--prompt', 'The sea', '--tokens', '12'];

  test('continues the prompt, the same for the same seed, without the text', async () => {
    const folder = trainedCopy();
    rmSync(join(folder, 'sea.txt'));
    const first = await switchyard(sample, folder);
    expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/^weights of .*step-40\.safetensors\n$/) });
    expect(first.stdout).toMatch(/^The sea[\s\S]*\n$/);
    const { stdout } = await switchyard([...sample, '--json'], folder);
    const { prompt, continuation, tokens, seed } = JSON.parse(stdout);
    expect(`${prompt}${continuation}\n`).toBe(first.stdout);
    expect({ tokens, seed }).toEqual({ tokens: [...continuation].length, seed: 0 });
  });

  test.each([
    [['--prompt', 'sea 🐋'], /^character 5 of the text is '🐋', which the tokenizer has no token for: it knows/],
    [['--temperature', '-1'], /^--temperature is -1: it must be at least 0$/],
    [['--temperature', 'Infinity'], /^--temperature is Infinity: it must be a number$/],
    [['--top-k', '0'], /^--topK is 0: it must be at least 1$/],
    [['--top-p', '1.5'], /^--topP is 1.5: it must be at most 1$/],
    [['--checkpoint', 'nowhere.safetensors'], /^cannot read nowhere\.safetensors/],
  ])('%j is refused', (args, message) => expectRefusal(trainedFolder, ['sample', 'run', ...args], message));

  test('a checkpoint of another model is refused', async () => {
    const folder = trainedCopy();
    const config = join(folder, 'run', 'config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/^ {2}width: 8$/m, '  width: 16'));
    await expectRefusal(folder, sample, /^the checkpoint is of another model or optimizer: .* is \[\d+,16\] here and/);
  });

  test('a damaged tokenizer is refused', async () => {
    const folder = trainedCopy();
    writeFileSync(join(folder, 'run', 'tokenizer.json'), '{"kind":"words"}');
    await expectRefusal(folder, sample, /tokenizer\.json is damaged/);
  });

  test.each([
    ['iarc', /^iarc is a run on iarc: samples are drawn from runs on text/],
    ['nowhere', /^nowhere is not a run directory/],
  ])('of %s, which is no run on text, is refused', async (run, message) => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, 'iarc'));
    writeFileSync(join(folder, 'iarc', 'config.yaml'), 'task: { kind: iarc }\n');
    await expectRefusal(folder, ['sample', run], message);
  });
});

test('inspect --collapse: how far last states are apart by length, as a table and a picture', async () => {
  const folder = trainedCopy();
  const outcome = await switchyard(['inspect', 'run', '--collapse'], folder);
  expect(outcome).toMatchObject({ code: 0, stderr: expect.stringMatching(/collapse\.svg\n[^\n]+collapse\.png\n$/) });
  const lines = outcome.stdout.trimEnd().split('\n');
  expect(lines.slice(1, -1).map((line) => Number.parseInt(line, 10))).toEqual([1, 2, 4, 7]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(filesIn(join(folder, 'run', 'inspect'))).toEqual(['collapse.png', 'collapse.svg']);
});

describe('a run whose text has changed', () => {
  test.each([
    [
      train,
      /run belongs to a run with another configuration \(task\.hash: "[0-9a-f]{16}" there, "[0-9a-f]{16}" here\)/,
    ],
    [['evaluate', 'run'], /^sea\.txt has changed since the run began/],
  ])('%j is refused', async (args, message) => {
    const folder = trainedCopy();
    writeFileSync(join(folder, 'sea.txt'), sea.replace('white', 'htiwe'));
    await expectRefusal(folder, args, message);
  });
});

test.each([
  ['empty.txt', '', /^empty\.txt is empty/],
  ['latin.txt', Uint8Array.of(0x74, 0x68, 0xe9), /^latin\.txt is no text in UTF-8 \(byte 2 begins no character\)/],
  ['binary.txt', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1), /^binary\.txt is no text: byte 4 is 0/],
  ['short.txt', 'The sea.', /^text: the train part has \d+ tokens, but a window of 20 /],
  ['', '', /^--task\.path is "": it must be at least 1 characters$/],
])('training on %j is refused', async (name, content, message) => {
  const folder = temporaryDirectory();
  if (name !== '') writeFileSync(join(folder, name), content);
  await expectRefusal(folder, ['train', '--task.kind', 'text', '--task.path', name], message);
});
