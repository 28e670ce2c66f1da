import { expect, test } from 'vitest';
import { styleFor } from '../terminal/style.ts';
import { collapseChartSvg } from './collapse-chart.ts';
import { collapseTable } from './collapse-report.ts';

const lengths = [
  { length: 1, longer: 2, changed: 4 },
  { length: 2, longer: 1, changed: 0 },
];

test('the distances as a table', () => {
  const lines = collapseTable(lengths, styleFor({ isTTY: false } as NodeJS.WriteStream));
  expect(lines.slice(0, 3)).toEqual([
    'tokens  one token more  first token another',
    '     1           2.000                4.000',
    '     2           1.000                0.000',
  ]);
});

test('the distances as lines: the height of a point is its share of the highest', () => {
  const svg = collapseChartSvg(lengths);
  const heights = [...svg.matchAll(/<circle[^>]* cy="([\d.]+)"/g)].map(([, y]) => Number(y));
  const [longer, changed, half, none] = heights as [number, number, number, number]; // 2, 4, 1, 0
  expect((none - longer) / (none - changed)).toBeCloseTo(1 / 2, 6);
  expect((none - half) / (none - changed)).toBeCloseTo(1 / 4, 6);
});
