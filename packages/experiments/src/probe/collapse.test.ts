import { captureStates, createModel } from '@switchyard/models';
import type { BitTask } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { type Run, resolveRun } from '../run/run.ts';
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

test('tasks, models and positions that it does not fit are refused in words', () => {
  expect(() => runOf({ kind: 'transformer' }, undefined, { task: { kind: 'iarc' } })).toThrow(
    'probe collapse is made for the tasks countOnes and findZero, not for iarc: set probe to none',
  );
  expect(() => runOf({ kind: 'mlp' })).toThrow('model.kind mlp does not have');
  expect(() => runOf({ kind: 'lstm' }, { maximumLength: 1 })).toThrow('set task.maximumLength to at least 2');
  expect(() => runOf({ kind: 'lstm' }, { maximumLength: 6, padding: 'behind' })).toThrow(
    'evaluation.positions is last, where task.padding behind leaves no answer: set it to all',
  );
});
