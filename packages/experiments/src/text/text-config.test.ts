import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { studyOf, temporaryDirectory } from '../../test/temporary.ts';
import { sectionDefaults } from '../config/keys.ts';
import { validate } from '../config/validate.ts';
import { merge, type Values } from '../config/values.ts';
import { executeRun } from '../executors/execute-run.ts';
import { portable } from '../run/portable.ts';
import { resolveRun } from '../run/run.ts';
import { runKeys, runSchema } from '../run/run-schema.ts';
import { planCells } from '../study/plan.ts';
import { combinationOf } from '../study/run-request.ts';
import { resolveText } from './text-config.ts';
import { textSchema } from './text-schema.ts';
import { readTokenizer, tokenizerText } from './tokenizer-file.ts';

const resolved = (options: object) => resolveText(textSchema.parse({ kind: 'text', ...options }));

const sea = `${'The sea was the sea. '.repeat(30)}The whale was white.\n`;
let path: string;
beforeAll(() => {
  path = join(temporaryDirectory(), 'sea.txt');
  writeFileSync(path, sea);
});

describe('the configuration', () => {
  test('of the text that ships says which it was, and pins it', () => {
    expect(resolved({}).config).toEqual({
      ...{ kind: 'text', corpus: 'moby-dick', tokenizer: 'bytes', validation: 0.1, hash: 'c11028fc7841f1d3' },
    });
  });

  test('resolved again is the same', () => {
    const { config } = resolved({ path, tokenizer: 'bpe', vocabulary: 270 });
    expect(resolved(config).config).toEqual(config);
    expect(config).toMatchObject({ path, vocabulary: 270 });
    expect(resolved({ path, tokenizer: 'bpe' }).config.vocabulary).toBe(1024);
  });

  test.each([
    [{ corpus: 'moby-dick', path: 'x' }, 'task.path and task.corpus both name a text (x, moby-dick): leave one out'],
    [{ vocabulary: 300 }, 'task.vocabulary is for tokenizer bpe, the tokenizer is bytes: leave it out'],
  ])('%j is refused', (options, message) => expect(() => resolved(options)).toThrow(message));

  test('another text than the hash says is refused', () => {
    const { config } = resolved({ path });
    const changed = join(temporaryDirectory(), 'sea.txt');
    writeFileSync(changed, sea.replace('white', 'whiter'));
    expect(() => resolved({ ...config, path: changed })).toThrow(
      /sea\.txt has changed since the run began \(its hash is/,
    );
  });

  test('the hash tells the same text in other documents', () => {
    const folders = [
      { 'a.txt': 'one', 'b.txt': 'two' },
      { 'a.txt': 'on', 'b.txt': 'etwo' },
    ].map((files) => {
      const folder = temporaryDirectory();
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
      return resolved({ path: folder }).config.hash;
    });
    expect(folders[0]).not.toBe(folders[1]);
  });
});

describe('the tokenizer', () => {
  test('of characters knows the validation part too; byte pairs are learnt on the other one', () => {
    const only = join(temporaryDirectory(), 'end.txt');
    writeFileSync(only, `${'ab '.repeat(90)}${'cd '.repeat(9)}z`);
    expect(resolved({ path: only, tokenizer: 'characters' }).task.tokenizer.labels).toEqual([
      '␣',
      'a',
      'b',
      'c',
      'd',
      'z',
    ]);
    expect(resolved({ path: only, tokenizer: 'bpe', vocabulary: 260 }).task.tokenizer.labels.slice(256)).toEqual([
      '␣a',
      '␣ab',
    ]);
  });

  test('is read back from the directory of a run, or refused', () => {
    const directory = temporaryDirectory();
    const { tokenizer } = resolved({ path, tokenizer: 'bpe', vocabulary: 270 }).task;
    const file = join(directory, 'tokenizer.json');
    expect(() => readTokenizer(directory)).toThrow(`cannot read ${file} (ENOENT)`);
    writeFileSync(file, tokenizerText(tokenizer));
    expect(readTokenizer(directory).encode(sea)).toEqual(tokenizer.encode(sea));
    for (const damaged of [
      '',
      '{"kind":"words"}',
      '{"kind":"bpe","merges":[[0,999]]}',
      '{"kind":"characters","characters":["ab"]}',
    ]) {
      writeFileSync(file, damaged);
      expect(() => readTokenizer(directory)).toThrow(`${file} is damaged`);
    }
  });
});

const base = (): Values => ({
  ...{
    task: { kind: 'text', path },
    window: 8,
    batchSize: 4,
    steps: 4,
    model: { kind: 'transformer', width: 8, depth: 1 },
  },
  ...{ log: { every: 2 }, evaluation: { every: 2, batches: 1, batchSize: 8, positions: 'all' } },
});

function runOf(values: Values) {
  const all = merge(sectionDefaults(runSchema), values);
  return resolveRun(
    validate(runSchema, all, runKeys(runSchema), (key) => key),
    (key) => key,
  );
}

describe('a run on text', () => {
  test('a window that does not fit into a part is refused before anything is written', () => {
    expect(() => runOf({ ...base(), window: 100 })).toThrow(/the validation part has 67 tokens, but a window of 100/);
  });

  test('holds its tokenizer, measures bits per byte, and ends as one that was interrupted does', async () => {
    const config = portable(runOf(base()));
    const [whole, parts] = [temporaryDirectory(), temporaryDirectory()].map((folder) => join(folder, 'run'));
    const signal = new AbortController().signal;
    const first = await executeRun({ runHash: '', config, directory: whole! }, { signal });
    if (first.status !== 'done') throw new Error(JSON.stringify(first));
    const { loss, bitsPerByte, perplexity } = first.result.metrics.final;
    expect(bitsPerByte).toBeCloseTo(loss! / Math.LN2 / (65 / 67), 10);
    expect(perplexity).toBeCloseTo(Math.exp(loss!), 6);
    expect(first.result.metrics.best.bitsPerByte).toBe(
      Math.min(...first.result.curve.map((point) => point.measures!.bitsPerByte!)),
    );
    expect(readTokenizer(whole!).kind).toBe('bytes');

    const stop = new AbortController();
    const onProgress = ({ step }: { step: number }) => step >= 2 && stop.abort();
    expect(await executeRun({ runHash: '', config, directory: parts! }, { signal: stop.signal, onProgress })).toEqual({
      status: 'interrupted',
    });
    const second = await executeRun({ runHash: '', config, directory: parts! }, { signal });
    expect(second).toMatchObject({
      status: 'done',
      result: { metrics: first.result.metrics, curve: first.result.curve },
    });
  });
});

test('studies may compare bits per byte of text, and of nothing else', async () => {
  const comparison = { a: { 'model.width': 4 }, b: { 'model.width': 8 }, metric: 'bitsPerByte', direction: 'less' };
  const test = { comparisons: [comparison] };
  expect(planCells(await studyOf({ base: base(), test }))).toHaveLength(2);
  const { path: _, directory: __, ...iarc } = await studyOf({ test });
  expect(() => planCells({ ...iarc, path: 'study.yaml', directory: '.' })).toThrow(
    'test.comparisons[0].metric is bitsPerByte, which no run has',
  );
});

test('the hash of a run on a text that ships does not depend on where it lies', async () => {
  const study = await studyOf({ base: { ...base(), task: { kind: 'text' } } });
  const { config } = combinationOf(study, { 'model.width': 4 }).request(0);
  expect(JSON.stringify(config.task)).not.toContain('/');
});
