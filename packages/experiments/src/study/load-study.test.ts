import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { studyOf, temporaryDirectory } from '../../test/temporary.ts';
import { loadStudy } from './load-study.ts';
import { planCells } from './plan.ts';

test('a study is found by its folder or its file; seeds may be counted or listed', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'study.yaml');
  writeFileSync(path, 'name: a-1\nclaim: c\nfactors: { model.width: [8] }\nseeds: 3\nselect: { over: model.width }\n');
  const study = await loadStudy(directory);
  expect(await loadStudy(path)).toEqual(study);
  expect(study).toMatchObject({ path, directory, seeds: [0, 1, 2], selectionSeeds: [1000] });
  expect((await studyOf({ seeds: [7, 3, 7] })).seeds).toEqual([7, 3]);
});

const variants = { lstm: { model: { kind: 'lstm' } }, 'transformer-ea': { model: { attention: 'ea' } } };
const grid = { 'model.width': [4, 8], 'model.attention': ['dpa', 'ea'], architecture: variants };
const attention = { a: { 'model.attention': 'ea' }, b: { 'model.attention': 'dpa' } };
/** A study with one comparison of attention, and what is said of it. */
const divided = (keys: object) => ({ factors: grid, test: { comparisons: [{ ...attention, ...keys }] } });
const comparison = { a: { architecture: 'lstm' }, b: { architecture: 'transformer-ea' } };

describe('what is wrong is said in one line', () => {
  test.each([
    [{ name: 'Two Words' }, 'name is "Two Words": it must be words of a–z and 0–9 joined by hyphens'],
    [{ seed: 3 }, 'unknown key seed: did you mean seeds?'],
    [{ factors: {} }, 'factors is empty: name at least one key and its values'],
    [{ factors: { 'model.width': [] } }, 'factors.model.width'],
    [{ factors: { architecture: {} } }, 'factors.architecture is empty: give it at least one level'],
    [{ factors: { 'model.widht': [4] } }, 'factors.model.widht is no key of a run: did you mean model.width?'],
    [{ factors: { 'model.width': [4, 4] } }, 'factors.model.width holds a level twice'],
    [{ factors: { seed: [1, 2] } }, 'factors.seed cannot be set: it follows from seeds'],
    [{ base: { seed: 1 } }, 'base.seed cannot be set: it follows from seeds'],
    [{ base: { steps: 1 }, budget: { steps: 2 } }, 'base.steps cannot be set: it follows from budget'],
    [{ exclude: [{ width: 4 }] }, 'exclude[0] names the unknown factor width'],
    [{ exclude: [{ 'model.width': 5 }] }, 'exclude[0]: 5 is no level of model.width: they are 4, 8'],
    [
      { select: { over: 'model.widths' } },
      'select.over is model.widths: it must be a factor: did you mean model.width?',
    ],
    [{ select: { over: 'model.width', seeds: [1] } }, 'select.seeds holds seed 1, a seed of the study'],
    [{ factors: { architecture: variants }, test: { comparisons: [{ ...comparison, than: 1 }] } }, 'needs b or than'],
    [
      { factors: { architecture: variants }, test: { comparisons: [{ ...comparison, direction: 'similar' }] } },
      'similar needs a margin greater than 0',
    ],
    [divided({ direction: 'notLess' }), 'notLess needs a margin greater than 0'],
    [divided({ each: ['model.widht'] }), 'each names the unknown factor model.widht: did you mean model.width?'],
    [divided({ each: ['model.attention'] }), 'each names model.attention, which a and b do not name alike'],
    [
      { ...divided({ each: ['model.width'] }), select: { over: 'model.width' } },
      'each names model.width, whose level is selected',
    ],
    [divided({ slope: 'architecture' }), 'slope is architecture: it must be a factor with two or more levels, all'],
    [divided({ slope: 'model.width', each: ['model.width'] }), 'slope is model.width, which each names too'],
  ])('%j', async (values, message) => {
    const error = await studyOf(values).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'SWITCHYARD_STUDY' });
    expect(error.message).toMatch(/^[^\n]*study\.yaml: [^\n]*$/);
    expect(error.message).toContain(message);
  });

  test.each([
    [{ base: { model: { kind: 'lstm', heads: 2 } } }, 'with model.width 4: unknown key model.heads'],
    [{ base: { optimiser: {} } }, 'with model.width 4: unknown key optimiser: did you mean optimizer'],
    [
      { select: { over: 'model.width', by: 'best.accurcy' } },
      'select.by is best.accurcy, which no run has: did you mean accuracy?',
    ],
    [
      { base: { task: { kind: 'delayedSum' } }, select: { over: 'model.width', by: 'accuracy.context' } },
      'which no run has',
    ],
    [{ exclude: [{ 'model.width': [4, 8] }] }, 'exclude leaves no combination to run'],
  ])('%j, when it is expanded', async (values, message) => {
    const study = await studyOf(values);
    expect(() => planCells(study)).toThrow(message);
  });

  test('a file that is not there', async () => {
    await expect(loadStudy('nowhere/study.yaml')).rejects.toThrow(
      'cannot read nowhere/study.yaml: there is no such file',
    );
  });
});
