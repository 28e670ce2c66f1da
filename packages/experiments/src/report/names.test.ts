import { expect, test } from 'vitest';
import {
  compact,
  differenceText,
  duration,
  factorName,
  familyName,
  grouped,
  levelName,
  memberName,
  metricName,
  pText,
  quantityOf,
} from './names.ts';

test('levels and factors for people', () => {
  expect(
    ['mlp', 'transformer-dpa', 'cisformer-cog', 'one-hot', 'sgd-momentum', 16, true, 'anchor'].map(levelName),
  ).toEqual([...['MLP', 'Transformer DPA', 'Cisformer Cog', 'one-hot', 'SGD momentum', '16', 'true', 'anchor']]);
  expect(['mlp', 'transformer-dpa', 'ea'].map(familyName)).toEqual(['', 'Transformer', '']);
  expect(['mlp', 'transformer-dpa', 'ea'].map(memberName)).toEqual(['MLP', 'DPA', 'EA']);
  const controls = ['dpa-plus-one', 'signed-unit', 'transformer-dpa-plus-one'];
  expect(controls.map(levelName)).toEqual(['DPA plus one', 'Signed unit', 'Transformer DPA plus one']);
  expect(controls.map(familyName)).toEqual(['', '', 'Transformer']);
  expect(controls.map(memberName)).toEqual(['DPA plus one', 'Signed unit', 'DPA plus one']);
  expect(['task.context', 'model.normalizeWeights', 'optimizer.kind', 'kind'].map(factorName)).toEqual([
    ...['context', 'normalize weights', 'optimizer', 'kind'],
  ]);
  const metrics = ['accuracy', 'best.accuracy.context', 'final.visibleAccuracy', 'loss', 'collapse.16'];
  expect(metrics.map(metricName)).toEqual([
    ...['accuracy', 'best accuracy on context', 'visible accuracy', 'loss', 'collapse at 16'],
  ]);
});

test('numbers', () => {
  expect(quantityOf('best.accuracy.context', []).format(0.9451)).toBe('94.5 %');
  expect(quantityOf('loss', [0.2, 2.71]).range).toEqual([0, 3]);
  expect(quantityOf('loss', []).format(0.123456)).toBe('0.123');
  expect([0.0321, -0.0321, -0.0001, 0].map((value) => differenceText('accuracy', value))).toEqual([
    '+3.2',
    '−3.2',
    '0.0',
    '0.0',
  ]);
  expect(differenceText('loss', -0.01234)).toBe('−0.0123');
  expect([999, 1000, 40_000_000, 3.2e9].map(compact)).toEqual(['999', '1k', '40M', '3.2G']);
  expect(grouped(1234567)).toBe('1 234 567');
  expect([40, 200, 3600, 32_000].map(duration)).toEqual(['40 s', '3 min', '1 h 00 min', '8 h 53 min']);
  expect([0.0625, 1 / 256, 0.00001, 1].map(pText)).toEqual(['0.0625', '0.00391', '< 0.0001', '1']);
});
