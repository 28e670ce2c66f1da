import { expect, test } from 'vitest';
import { architectureStudy, ladderStudy, sampleStudy, screeningStudy } from '../../test/sample-studies.ts';
import { designPoint, layOut } from './layout.ts';

test('studies are laid out by their factors', () => {
  expect(layOut(architectureStudy().study)).toEqual({
    ...{ series: 'architecture', along: undefined, panels: ['task.context'], screening: false },
  });
  expect(layOut(ladderStudy().study)).toEqual({
    ...{ series: 'model.attention', along: 'task.delay', panels: ['task.symbols'], screening: false },
  });
  expect(layOut(screeningStudy().study)).toMatchObject({ series: 'architecture', along: undefined, screening: true });
  const grid = sampleStudy({
    ...{ name: 'grid', claim: 'Wider is better.' },
    factors: { 'model.width': [8, 16, 32], 'model.depth': [1, 2, 3, 4] },
  });
  expect(layOut(grid)).toEqual({ series: undefined, along: 'model.depth', panels: ['model.width'], screening: false });
});

test('factors of one level and the selected factor take no part', () => {
  const study = sampleStudy({
    ...{ name: 'test', claim: 'It works.' },
    factors: { 'model.attention': ['dpa', 'ea'], 'optimizer.learningRate': [0.1, 0.2, 0.3], 'model.depth': [2] },
    select: { over: 'optimizer.learningRate' },
  });
  expect(layOut(study)).toEqual({ series: 'model.attention', along: undefined, panels: [], screening: false });
});

test('a factor of named readings counts for the keys in which they differ', () => {
  const reading = (context: string, kind: string, normalization: string) => ({
    task: { context },
    optimizer: { kind },
    model: { normalization, depth: 2 },
  });
  const study = sampleStudy({
    ...{ name: 'readings', claim: 'Some reading works.' },
    factors: {
      architecture: { lstm: {}, 'cisformer-ea': {} },
      reading: {
        r1: reading('anchor', 'sgd', 'layer'),
        r2: reading('pointer', 'sgd', 'none'),
        r3: reading('anchor', 'adamw', 'none'),
      },
    },
  });
  expect(layOut(study)).toMatchObject({ series: 'architecture', panels: ['reading'], screening: true });
  expect(designPoint(study, { reading: 'r2' }, ['reading'])).toEqual({
    ...{ 'task.context': 'pointer', 'optimizer.kind': 'sgd', 'model.normalization': 'none' },
  });
});

test('what every comparison compares is compared, whatever its levels are called', () => {
  const study = (comparisons: object[]) =>
    sampleStudy({
      ...{ name: 'ablation', claim: 'All of it matters.' },
      factors: { weights: { none: {}, norms: {}, all: {} }, 'model.attention': ['dpa', 'ea'] },
      test: { comparisons },
    });
  const norms = { a: { weights: 'norms' }, b: { weights: 'none' } };
  const all = { a: { weights: 'all', 'model.attention': 'ea' }, b: { weights: 'none', 'model.attention': 'ea' } };
  expect(layOut(study([norms, all]))).toMatchObject({ series: 'weights', panels: ['model.attention'] });
  const mechanisms = { a: { 'model.attention': 'ea' }, b: { 'model.attention': 'dpa' } };
  expect(layOut(study([norms, mechanisms]))).toMatchObject({ series: 'model.attention', panels: ['weights'] });
});

test('two variants of many keys are two variants, and no design', () => {
  const { study } = ladderStudy();
  const training = {
    plain: { optimizer: { kind: 'sgd' }, model: { normalization: 'none', embedding: 'one-hot' } },
    usual: { optimizer: { kind: 'adamw' }, model: { normalization: 'layer', embedding: 'learned' } },
  };
  expect(layOut({ ...study, factors: { training, ...study.factors } })).toMatchObject({
    ...{ series: 'model.attention', along: 'task.delay', panels: ['training', 'task.symbols'], screening: false },
  });
});
