import { expect, test } from 'vitest';
import { screeningStudy } from '../../test/sample-studies.ts';
import { cellsOf } from './cells.ts';
import { layOut } from './layout.ts';
import { readingsCsv } from './readings-csv.ts';
import { screen } from './screening.ts';

const { study, rows } = screeningStudy();
const layout = layOut(study);

test('the planted reading is nearest, and the planted factors have the largest effects', () => {
  const { readings, effects, distances } = screen(study, layout, cellsOf(study, rows), 'accuracy');
  expect(distances).toBe(true);
  expect(readings).toHaveLength(32);
  expect(readings[0]!.design).toMatchObject({ optimizer: 'sgd-momentum', 'model.normalization': 'none' });
  expect(readings[0]!.ordering).toMatchObject({ holds: true, ranking: expect.arrayContaining(['cisformer-ea']) });
  const distance = readings.map(({ score }) => score!);
  expect(distance).toEqual(distance.toSorted((a, b) => a - b));
  expect(
    effects.factors
      .slice(0, 2)
      .map(({ factor }) => factor)
      .sort(),
  ).toEqual(['model.normalization', 'optimizer']);
  expect(effects.factors.at(-1)!.factor).toBe('model.heads');
});

test('a reading with a model that has no result is not scored, and comes last', () => {
  const first = rows[0]!.factors;
  const cut = rows.filter(({ factors }) => JSON.stringify(factors) !== JSON.stringify(first));
  const { readings, effects } = screen(study, layout, cellsOf(study, cut), 'accuracy');
  const { architecture: _, ...reading } = first;
  expect(readings.at(-1)).toMatchObject({ factors: reading, score: undefined, ordering: undefined });
  expect(effects.freedom).toBe(31 - 6);
});

test('all readings as CSV: a line each, with levels, ordering and means', () => {
  const screening = screen(study, layout, cellsOf(study, rows), 'accuracy');
  const [header, first, ...others] = readingsCsv(screening).trimEnd().split('\n');
  expect(header).toMatch(
    /^task.context,optimizer,model.normalization,model.embedding,model.heads,holds,distance,advantage,ordering,mean_lstm/,
  );
  expect(first).toMatch(/^pointer,sgd-momentum,none,one-hot,\d,true,0,0\.1\d+,cisformer-ea > /);
  expect(others).toHaveLength(31);
});
