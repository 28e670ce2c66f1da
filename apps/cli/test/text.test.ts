import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectRefusal } from './refusal.ts';
import { filesIn, switchyard, temporaryDirectory } from './run.ts';

const small = [
  ...['--task.kind', 'text', '--task.path', 'sea.txt', '--window', '8', '--batchSize', '4', '--log.every', '20'],
  ...['--model.width', '8', '--model.heads', '2', '--model.depth', '2', '--evaluation.every', '20'],
  ...['--evaluation.batches', '1', '--evaluation.batchSize', '8', '--evaluation.positions', 'all'],
];
const sea = `${'The sea was the sea. '.repeat(30)}The whale was white.\n`;

/** A folder with a text. */
function folderWithText(): string {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'sea.txt'), sea);
  return folder;
}

test('trains with live bits per byte, samples at the end and later, without the text; resumes only on the same text', async () => {
  const folder = folderWithText();
  const train = ['train', '--out', 'run', '--model.kind', 'cogformer', '--steps', '40', ...small];
  const trained = await switchyard(train, folder);
  expect(trained.code).toBe(0);
  expect(trained.stderr).toMatch(/step 20\/40: loss [\d.]+, [\d.]+ bits\/byte, accuracy/);
  expect(trained.stderr).toMatch(
    /step 40\/40: evaluation: loss [\d.]+, perplexity [\d.]+, bits\/byte [\d.]+, accuracy /,
  );
  expect(trained.stdout).toMatch(
    /^ *loss +perplexity +bits\/byte +accuracy\n[\d. %]+\n[^\n]+ targets; [^\n]+\n\n[\s\S]+\n$/,
  );
  expect(filesIn(join(folder, 'run'))).toContain('tokenizer.json');

  const evaluated = await switchyard(['evaluate', 'run', '--json'], folder);
  const { loss, measures } = JSON.parse(evaluated.stdout);
  expect(measures.perplexity).toBeCloseTo(Math.exp(loss), 6);
  const summary = JSON.parse(readFileSync(join(folder, 'run', 'summary.json'), 'utf8'));
  expect(measures).toEqual(summary.evaluation.measures);

  writeFileSync(join(folder, 'sea.txt'), sea.replace('white', 'black'));
  const other =
    /run belongs to a run with another configuration \(task\.hash: "[0-9a-f]{16}" there, "[0-9a-f]{16}" here\)/;
  await expectRefusal(folder, train, other);
  await expectRefusal(folder, ['evaluate', 'run'], /^sea\.txt has changed since the run began/);
  rmSync(join(folder, 'sea.txt'));

  const sample = ['sample', 'run', '--prompt', 'The sea', '--tokens', '12'];
  const [first, again, json] = [
    await switchyard(sample, folder),
    await switchyard([...sample, '--top-k', '300', '--top-p', '1'], folder),
    await switchyard([...sample, '--json', '--seed', '3'], folder),
  ];
  expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/^weights of .*step-40\.safetensors\n$/) });
  expect(first.stdout).toMatch(/^The sea/);
  expect(again.stdout).toBe(first.stdout);
  expect(JSON.parse(json.stdout)).toMatchObject({ prompt: 'The sea', tokens: expect.any(Number), seed: 3 });

  writeFileSync(join(folder, 'run', 'tokenizer.json'), '{"kind":"words"}');
  await expectRefusal(folder, sample, /tokenizer\.json is damaged/);
});

test('a character tokenizer names the character of a prompt that it does not know', async () => {
  const folder = folderWithText();
  const train = ['train', '--out', 'run', '--steps', '2', '--task.tokenizer', 'characters', ...small];
  expect((await switchyard([...train, '--model.kind', 'transformer', '--json'], folder)).code).toBe(0);
  await expectRefusal(
    folder,
    ['sample', 'run', '--prompt', 'sea 🐋'],
    /^character 5 of the text is '🐋', which the tokenizer has no/,
  );
  await expectRefusal(folder, ['sample', 'run', '--temperature', '-1'], /^--temperature is -1: it must be at least 0$/);
  await expectRefusal(
    folder,
    ['sample', 'run', '--checkpoint', 'nowhere.safetensors'],
    /^cannot read nowhere\.safetensors/,
  );
});

test('what is no text, and runs that are not of text, are refused', async () => {
  const folder = folderWithText();
  writeFileSync(join(folder, 'empty.txt'), '');
  writeFileSync(join(folder, 'binary.txt'), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1));
  const train = (path: string) => ['train', '--task.kind', 'text', '--task.path', path];
  await expectRefusal(folder, train('empty.txt'), /^empty\.txt is empty/);
  await expectRefusal(folder, train('binary.txt'), /^binary\.txt is no text: byte 4 is 0/);
  await expectRefusal(folder, train('nowhere.txt'), /^cannot read nowhere\.txt: there is no such file or folder$/);
  await expectRefusal(
    folder,
    [...train('sea.txt'), '--window', '500'],
    /^text: the train part has \d+ tokens, but a window/,
  );

  const mlp = ['--model.kind', 'mlp', '--model.width', '4', '--steps', '1', '--evaluation.batches', '1'];
  expect((await switchyard(['train', '--out', 'iarc', '--window', '4', ...mlp], folder)).code).toBe(0);
  await expectRefusal(folder, ['sample', 'iarc'], /^iarc is a run on iarc: samples are drawn from runs on text/);
  await expectRefusal(folder, ['sample', 'nowhere'], /^nowhere is not a run directory/);
  const text = [...train('sea.txt'), '--out', 'text', '--window', '4', ...mlp];
  expect((await switchyard(text, folder)).code).toBe(0);
  await expectRefusal(
    folder,
    ['sample', 'text'],
    /^text holds a model of kind mlp: text is sampled from transformer and cogformer/,
  );
});
