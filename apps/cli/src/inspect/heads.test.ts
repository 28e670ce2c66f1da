import { createModel } from '@switchyard/models';
import { iarc, indirectObject } from '@switchyard/tasks';
import { expect, test } from 'vitest';
import { styleFor } from '../terminal/style.ts';
import { scoreHeads } from './head-scores.ts';
import { headsChartSvg } from './heads-chart.ts';
import { headsTable } from './heads-table.ts';

const plain = styleFor({ isTTY: false } as NodeJS.WriteStream);

function modelOf(task: { vocabulary: { size: number } }, attention: 'dpa' | 'cog') {
  const sizes = { vocabulary: task.vocabulary.size, window: 14, width: 16, heads: 2, depth: 2 };
  return createModel({ kind: 'transformer', ...sizes, attention });
}

test('heads of a model under softmax: deleted by output alone, no negative attention, no counterparts', async () => {
  const task = iarc();
  const { heads, effectivePaths } = await scoreHeads(modelOf(task, 'dpa'), task, { seed: 1, window: 14, count: 8 });
  expect(heads.map(({ layer, head }) => [layer, head])).toEqual([[1, 1], [1, 2], [2, 1], [2, 2]]); // biome-ignore format: pairs
  for (const head of heads) {
    expect([head.negative, head.deletedByWeight, head.patched]).toEqual([0, 0, undefined]);
    expect(head.copied + head.deletedByOutput).toBeCloseTo(1, 4);
  }
  expect(effectivePaths).toBeGreaterThan(1);
});

test('heads on sentences, under Cog: deleted by weight too, patched; 80 columns and a picture', async () => {
  const task = indirectObject();
  const report = await scoreHeads(modelOf(task, 'cog'), task, { seed: 1, window: 14, count: 8 });
  for (const head of report.heads) {
    expect(head.negative).toBeGreaterThan(0);
    expect(head.deletedByWeight).toBeGreaterThan(0);
    expect(Number.isFinite(head.patched)).toBe(true);
  }
  const lines = headsTable(report, plain);
  expect(lines).toHaveLength(6);
  expect(lines[0]).toMatch(/^layer head negative +copied deleted QK deleted OV +kept entropy patched$/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  const svg = headsChartSvg(report.heads);
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg".*% negative, \d+ % kept, -?\d+ % patched/s);
  // The three parts of a head are all of its effect: together they are as long as the axis.
  const widths = [...svg.matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(report.heads.length * (800 - 60 - 268), 0);
});
