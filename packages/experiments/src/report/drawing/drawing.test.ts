import fc from 'fast-check';
import { expect, test } from 'vitest';
import { colorsOf, inScheme } from './palette.ts';
import { toPng } from './rasterize.ts';
import { linearScale, niceRange, spread, ticks } from './scale.ts';
import { element, fitText, label, textWidth } from './svg.ts';

test('text is made safe, numbers are short', () => {
  expect(label('<a> & "b"\u0000', 1 / 3, 2)).toBe('<text x="0.33" y="2">&lt;a&gt; &amp; &quot;b&quot;</text>');
  expect(element('rect', { x: -0.001, fill: undefined })).toBe('<rect x="0"/>');
  expect(fitText('transformer', 12, 1000)).toBe('transformer');
  expect(textWidth(fitText('a transformer with many words', 12, 60), 12)).toBeLessThanOrEqual(60);
});

test('ticks are round and inside, nice ranges hold their values', () => {
  expect(ticks([0, 1], 4)).toEqual([0, 0.5, 1]);
  expect(ticks([0, 20_000], 3)).toEqual([0, 10_000, 20_000]);
  expect(ticks([-0.03, 0.04], 4)).toEqual([-0.02, 0, 0.02, 0.04]);
  expect(ticks([1, 1], 4)).toEqual([1]);
  const thousandths = fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1000);
  const numbers = fc.array(thousandths, { minLength: 1 });
  fc.assert(
    fc.property(numbers, (values) => {
      const [low, high] = niceRange(values);
      const slack = 1e-8 * (high - low);
      expect(low).toBeLessThanOrEqual(Math.min(...values) + slack);
      expect(high).toBeGreaterThanOrEqual(Math.max(...values) - slack);
    }),
  );
  expect(linearScale([0, 2], [10, 20])(1)).toBe(15);
});

test('values are moved apart as little as possible, keeping their sum', () => {
  expect(spread([0, 1, 2.5], 1)).toEqual([0, 1, 2.5]);
  expect(spread([1, 1, 1], 1)).toEqual([0, 1, 2]);
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(values, (unsorted) => {
      const sorted = unsorted.toSorted((a, b) => a - b);
      const apart = spread(sorted, 0.05);
      for (let k = 1; k < apart.length; k++) expect(apart[k]! - apart[k - 1]!).toBeGreaterThan(0.05 - 1e-9);
      const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
      expect(sum(apart)).toBeCloseTo(sum(sorted), 9);
    }),
  );
});

test('mechanisms keep their colours in every family; within one, no two levels share a colour', () => {
  const family = (level: string) => level.split('-')[0]!;
  const colors = colorsOf(['transformer-dpa', 'cisformer-dpa', 'transformer-ea', 'mlp', 'lstm'], family);
  expect([...colors.values()]).toEqual(['var(--dpa)', 'var(--dpa)', 'var(--ea)', 'var(--mlp)', 'var(--lstm)']);
  const probes = colorsOf(['softmax', 'softmax-plus-one', 'cog', 'signed-unit', true], () => '');
  expect(new Set(probes.values()).size).toBe(5);
  expect(probes.get('cog')).toBe('var(--cog)');
  const controls = colorsOf(['dpa', 'dpa-plus-one', 'signed-unit'], () => '');
  expect([...controls.values()]).toEqual(['var(--dpa)', 'var(--dpa-plus-one)', 'var(--signed-unit)']);
});

test('a picture has the same bytes again, and light and dark papers', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><style>x</style><rect width="40" height="20" fill="var(--paper)"/><text x="2" y="14" font-family="Inter">τ a</text></svg>';
  const light = inScheme(svg, 'light');
  expect(light).not.toMatch(/var\(|<style/);
  expect(light).toContain('fill="#ffffff"');
  const [first, second, dark] = [await toPng(light), await toPng(light), await toPng(inScheme(svg, 'dark'))];
  expect(first).toEqual(second);
  expect(dark).not.toEqual(first);
  const header = new DataView(first.buffer, first.byteOffset);
  expect([header.getUint32(16), header.getUint32(20)]).toEqual([80, 40]);
});
