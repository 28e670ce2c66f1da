import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { captureStates, createModel } from '@switchyard/models';
import type { BitTask } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../test/temporary.ts';
import { type Run, resolveRun, sequenceRunOf } from '../run/run.ts';
import { runSchema } from '../run/run-schema.ts';
import { collapse } from './collapse.ts';

const small = { width: 8, heads: 2, depth: 2 };

function runOf(model: object, task: object = { maximumLength: 6 }, more: object = {}): Run {
  const options = { probe: 'collapse', window: 9, task: { kind: 'countOnes', ...task }, model, ...more };
  return resolveRun(runSchema.parse(options), (key) => key);
}

/** The state at the question of one sequence, from the model's states of all positions. */
function stateOf(model: tf.LayersModel, run: Run, bits: string): number[] {
  const { tokens, answerAt } = (run.task as BitTask).layOut([...bits].map(Number), 9);
  const states = captureStates(model, tf.tensor2d(tokens.subarray(0, 9), [1, 9], 'int32')).arraySync() as number[][][];
  return states[0]![answerAt - 1]!;
}

const largestDifference = (a: number[], b: number[]) =>
  Math.max(...a.map((value, index) => Math.abs(value - b[index]!)));

test.each([
  ['front', 'lstm'],
  ['front', 'transformer'],
  ['behind', 'transformer'],
] as const)('padding %s, %s: distances are those of the states, sequence by sequence', async (padding, kind) => {
  const positions = { evaluation: { positions: 'all' } };
  const run = runOf({ kind, ...(kind === 'lstm' ? { width: 8 } : small) }, { maximumLength: 6, padding }, positions);
  const model = createModel(run.config.model);
  const measured = await collapse.measure(model, run);
  expect(Object.keys(measured)).toEqual(run.probeMetrics);
  expect(run.probeMetrics.filter((name) => name.startsWith('collapse'))).toEqual(
    [1, 2, 4, 5].map((length) => `collapse.${length}`),
  );
  const state = (bits: string) => stateOf(model, run, bits);
  for (const length of [1, 2, 4, 5]) {
    const ones = '1'.repeat(length);
    expect(measured[`collapse.${length}`]).toBeCloseTo(largestDifference(state(ones), state(`1${ones}`)), 5);
    expect(measured[`dilution.${length}`]).toBeCloseTo(largestDifference(state(ones), state(`0${ones.slice(1)}`)), 5);
  }
  model.dispose();
});

test('negative mass: none under softmax, some under Cog, absent without attention', async () => {
  const negative = async (model: object) => {
    const run = runOf(model);
    const built = createModel(run.config.model);
    const { negativeMass } = await collapse.measure(built, run);
    built.dispose();
    return negativeMass;
  };
  expect(await negative({ kind: 'transformer', ...small })).toBe(0);
  const cog = await negative({ kind: 'transformer', ...small, attention: 'cog' });
  expect(cog).toBeGreaterThan(0.1);
  expect(cog).toBeLessThan(0.9);
  expect(await negative({ kind: 'lstm', width: 8 })).toBeUndefined();
});

test('a model that sees neither positions nor other tokens has collapsed altogether', async () => {
  const run = runOf({ kind: 'transformer', ...small, depth: 0, positions: 'none' });
  const model = createModel(run.config.model);
  const measured = await collapse.measure(model, run);
  expect(Object.values(measured)).toEqual(new Array(8).fill(0));
  model.dispose();
});

/** The states that a model's head reads at the last token of each row. */
function lastStates(model: tf.LayersModel, rows: number[][]): number[][] {
  const padded = rows.map((tokens) => [...tokens, ...new Array<number>(9 - tokens.length).fill(7)]);
  const states = captureStates(model, tf.tensor2d(padded, [rows.length, 9], 'int32')).arraySync() as number[][][];
  return states.map((state, index) => state[rows[index]!.length - 1]!);
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test.each([
  ['iarc', { kind: 'transformer', ...small, attention: 'cog' }, { task: { kind: 'iarc' } }],
  ['text', { kind: 'cogformer', ...small, depth: 3 }, { task: { kind: 'text' } }],
])('%s: distances are means over beginnings of its sequences', async (_, config, more) => {
  const run = runOf(config, undefined, more);
  const model = createModel(run.config.model);
  const measured = await collapse.measure(model, run);
  expect(Object.keys(measured)).toEqual(run.probeMetrics);
  const { task } = sequenceRunOf(run);
  const request = {
    seed: run.config.evaluation.seed,
    index: 0,
    batchSize: 64,
    window: 9,
    split: 'validation' as const,
  };
  const { tokens } = task.batch(request);
  for (const length of [1, 8]) {
    const rows = Array.from({ length: 64 }, (_, row) => [...tokens.subarray(row * 10, row * 10 + length + 1)]);
    expect(rows.some((row) => row.includes(task.separator ?? -1))).toBe(false);
    const same = rows.map((row) => row.slice(1));
    const changed = same.map(([first, ...rest]) => [(first! + 1) % task.vocabulary.symbols, ...rest]);
    const [a, b, c] = [same, rows, changed].map((each) => lastStates(model, each));
    const distance = (other: number[][]) => mean(a!.map((state, index) => largestDifference(state, other[index]!)));
    expect(measured[`collapse.${length}`]).toBeCloseTo(distance(b!), 5);
    expect(measured[`dilution.${length}`]).toBeCloseTo(distance(c!), 5);
  }
  expect(measured.negativeMass).toBeGreaterThan(0);
  model.dispose();
});

test('sequences that hold a separator count only where there are no others', async () => {
  const path = join(temporaryDirectory(), 'text');
  mkdirSync(path);
  for (const letter of 'abcdefghijklmnopqrst') writeFileSync(join(path, `${letter}.txt`), letter.repeat(5));
  const run = runOf({ kind: 'cogformer', ...small }, undefined, { task: { kind: 'text', path, validation: 0.5 } });
  const model = createModel(run.config.model);
  const measured = await collapse.measure(model, run);
  expect(measured['collapse.4']).toBeGreaterThan(0.01); // letters of one document, and the separator or a letter before them
  expect(measured['collapse.8']).toBeCloseTo(0, 5); // no document is so long, and nothing beyond a separator is seen
  model.dispose();
});

test('tasks, models and positions that it does not fit are refused in words', () => {
  expect(() => runOf({ kind: 'transformer' }, undefined, { task: { kind: 'iarc' }, window: 1 })).toThrow(
    'probe collapse compares lengths: set window to at least 2',
  );
  expect(() => runOf({ kind: 'mlp' })).toThrow('model.kind mlp does not have');
  expect(() => runOf({ kind: 'lstm' }, { maximumLength: 1 })).toThrow('set task.maximumLength to at least 2');
  expect(() => runOf({ kind: 'lstm' }, { maximumLength: 6, padding: 'behind' })).toThrow(
    'evaluation.positions is last, where task.padding behind leaves no answer: set it to all',
  );
});
