import { expect, test } from 'vitest';
import { studyOf } from '../../test/temporary.ts';
import { planCells } from './plan.ts';
import { combinationOf } from './run-request.ts';

const finals = (study: Parameters<typeof planCells>[0]) => planCells(study).flatMap((cell) => cell.finals(undefined));

test('every combination that is not excluded, with every seed', async () => {
  const study = await studyOf({
    factors: { 'task.context': ['pointer', 'anchor'], size: { small: { model: { width: 4 } }, large: {} } },
    exclude: [{ 'task.context': 'anchor', size: ['large'] }],
  });
  expect(finals(study).map(({ factors, seed }) => [...Object.values(factors), seed])).toEqual([
    ['pointer', 'small', 0],
    ['pointer', 'small', 1],
    ['pointer', 'large', 0],
    ['pointer', 'large', 1],
    ['anchor', 'small', 0],
    ['anchor', 'small', 1],
  ]);
});

test('the hash of a run depends on all that decides it, and on nothing else', async () => {
  const hashes = async (values: Parameters<typeof studyOf>[0]) =>
    finals(await studyOf(values)).map(({ runHash }) => runHash);
  const base = { window: 8, optimizer: { kind: 'sgd', learningRate: 0.1 } };
  const hash = await hashes({ base });
  expect(new Set(hash).size).toBe(4);
  expect(hash[0]).toMatch(/^[0-9a-f]{64}$/);
  const reordered = { optimizer: { 'learning-rate': 0.1, kind: 'sgd' }, window: 8, 'batch-size': 100 };
  const other = { claim: 'Another.', name: 'other', seeds: [0, 1], factors: { 'model.width': [4, 8] } };
  expect(await hashes({ ...other, base: reordered })).toEqual(hash);
  expect(await hashes({ base: { ...base, model: { width: 99 } } })).toEqual(hash); // a factor takes precedence
  for (const changed of [
    { base: { ...base, window: 9 } },
    { base, stop: { accuracy: 0.9 } },
    { base, budget: { steps: 7 } },
  ]) {
    expect((await hashes(changed)).filter((value) => hash.includes(value))).toEqual([]);
  }
});

test('a budget in tokens gives each combination its own number of steps, rounded up', async () => {
  const study = await studyOf({
    base: { batchSize: 10 },
    factors: { window: [4, 8] },
    budget: { tokens: 1000 },
  });
  expect([4, 8].map((window) => combinationOf(study, { window }).request(0).config.steps)).toEqual([25, 13]);
});

test('selection runs have seeds of their own; the runs of the study have the level that is chosen', async () => {
  const study = await studyOf({
    factors: { 'model.width': [4, 8], 'optimizer.learningRate': [0.1, 0.01] },
    select: { over: 'optimizer.learningRate', seeds: 2 },
  });
  const cells = planCells(study);
  expect(cells.map(({ factors }) => factors)).toEqual([{ 'model.width': 4 }, { 'model.width': 8 }]);
  expect(cells[1]!.selection.map(({ factors, seed }) => [...Object.values(factors), seed])).toEqual([
    [8, 0.1, 1000],
    [8, 0.1, 1001],
    [8, 0.01, 1000],
    [8, 0.01, 1001],
  ]);
  expect(cells[1]!.finals(0.01)).toMatchObject([
    { factors: { 'model.width': 8, 'optimizer.learningRate': 0.01 }, seed: 0 },
    { factors: { 'model.width': 8, 'optimizer.learningRate': 0.01 }, seed: 1 },
  ]);
  expect(cells[1]!.finals(undefined)).toEqual([]);
});

test('keys of other kinds of model do not vary a model; those that stand beside its kind are mistakes', async () => {
  const factors = {
    reading: { few: { model: { heads: 1, width: 8 } }, many: { model: { heads: 4, width: 8 } } },
    architecture: { lstm: { model: { kind: 'lstm' } }, transformer: { model: { kind: 'transformer' } } },
  };
  const base = { model: { positionWise: { output: false } } };
  const study = await studyOf({ base, factors });
  const configOf = (reading: string, architecture: string) =>
    combinationOf(study, { reading, architecture }).request(0).config.model;
  expect(configOf('many', 'lstm')).toEqual({ kind: 'lstm', width: 8, depth: 1, embedding: 'learned' });
  expect(configOf('many', 'transformer')).toMatchObject({ kind: 'transformer', width: 8, heads: 4 });
  expect(configOf('many', 'transformer')).not.toHaveProperty('positionWise');

  const mistaken = await studyOf({ factors: { architecture: { lstm: { model: { kind: 'lstm', heads: 4 } } } } });
  expect(() => planCells(mistaken)).toThrow('unknown key model.heads');
  const misspelt = await studyOf({ base: { model: { head: 4 } }, factors: { 'model.width': [8] } });
  expect(() => planCells(misspelt)).toThrow('unknown key model.head');
});

test('what a probe measures is a metric of the final model alone', async () => {
  const base = { window: 9, task: { kind: 'countOnes', maximumLength: 8 }, probe: 'collapse' };
  const compare = (metric: string, probe = base.probe) =>
    studyOf({ base: { ...base, probe }, test: { comparisons: [{ a: {}, than: 0, metric }] } }).then(planCells);
  for (const metric of ['collapse.4', 'final.dilution.7', 'negativeMass', 'accuracy.length 1 to 8']) {
    expect(await compare(metric)).toHaveLength(2);
  }
  await expect(compare('collapse.5')).rejects.toThrow(/which no run has.*did you mean collapse/);
  await expect(compare('best.collapse.4')).rejects.toThrow('which no run has');
  await expect(compare('collapse.4', 'none')).rejects.toThrow('which no run has');
});
