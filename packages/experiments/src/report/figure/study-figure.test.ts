import { expect, test } from 'vitest';
import {
  architectureStudy,
  ladderStudy,
  sampleRows,
  sampleStudy,
  screeningStudy,
} from '../../../test/sample-studies.ts';
import type { Study } from '../../study/load-study.ts';
import type { ReportRow } from '../cells.ts';
import { inScheme } from '../drawing/palette.ts';
import { toPng } from '../drawing/rasterize.ts';
import { studyReport } from '../study-report.ts';
import { studyFigure } from './study-figure.ts';

const figureOf = ({ study, rows }: { study: Study; rows: readonly ReportRow[] }) =>
  studyFigure(studyReport(study, rows));
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
const count = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].length;

const samples = { architectures: architectureStudy(), ladder: ladderStudy(), screening: screeningStudy() };

test.each(Object.entries(samples))('%s: one document for both schemes that needs nothing else', async (_, sample) => {
  const svg = figureOf(sample);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" class="figure" role="img" width="800"/);
  expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
    /https?:|url\(|@import|<image|<script|NaN|undefined|Infinity/,
  );
  const [light, dark] = svg.split('@media (prefers-color-scheme:dark)');
  for (const name of new Set([...svg.matchAll(/var\((--[\w-]+)\)/g)].map((match) => match[1]!))) {
    expect(light).toContain(`${name}:#`);
    expect(dark).toContain(`${name}:#`);
  }
  // The renderer refuses what is not well-formed.
  expect((await toPng(inScheme(svg, 'dark'))).length).toBeGreaterThan(10_000);
});

test('bars: every architecture in both panels, families together and the best first, a point for every seed', () => {
  const svg = figureOf(samples.architectures);
  const labels = texts(svg);
  const order = labels.filter((text) => /^(Cisformer|Transformer) (DPA|EA|Cog)$|^MLP$|^LSTM$/.test(text)).slice(0, 8);
  expect(order).toEqual([
    ...['Cisformer DPA', 'Cisformer EA', 'Cisformer Cog', 'MLP', 'LSTM'],
    ...['Transformer DPA', 'Transformer Cog', 'Transformer EA'],
  ]);
  for (const text of ['context anchor', 'context pointer', 'chance', '95 %', 'While they learn'])
    expect(labels).toContain(text);
  expect(count(svg, /<circle[^>]* r="1.9"/g)).toBe(8 * 2 * 5);
  expect(labels).toContain('context pointer · Cisformer');
  // Six panels of curves: two or three lines each, with a band and the name at the end.
  expect(count(svg, /<path[^>]*fill="none"/g)).toBe(16);
  expect(count(svg, /<path[^>]*fill-opacity="0.14"/g)).toBe(16);
});

test('the ladder: a panel for every N, a line for every mechanism, a point for every run', () => {
  const svg = figureOf(samples.ladder);
  const labels = texts(svg);
  for (const text of ['symbols 2', 'symbols 16', 'delay', '12']) expect(labels).toContain(text);
  for (const name of ['DPA', 'EA', 'Cog']) expect(labels.filter((text) => text === name)).toHaveLength(4);
  expect(count(svg, /<circle[^>]* r="1.6"/g)).toBe(samples.ladder.rows.length);
});

test('a screening: readings by distance with a cell for every architecture, and the effects of all factors', () => {
  const labels = texts(figureOf(samples.screening));
  expect(labels).toContain(
    'The 24 best of 32 readings; cells: accuracy in %, mean over 2 seeds. Distance in points; 0 where the picture holds.',
  );
  expect(labels.filter((text) => /^\d+\.\d$/.test(text)).length).toBeGreaterThanOrEqual(24 * (5 + 1));
  for (const text of ['Main effects', 'normalization', 'SGD momentum', 'one-hot']) expect(labels).toContain(text);
});

test('two factors of numbers make a heat map', () => {
  const study = sampleStudy({
    ...{ name: 'grid', claim: 'Wider is better.', seeds: 2 },
    factors: { 'model.width': [8, 16, 32], 'model.depth': [1, 2, 3, 4] },
  });
  const rows = sampleRows(
    study,
    (factors) => Number(factors['model.width']) / 64 + Number(factors['model.depth']) / 10,
    0,
  );
  const labels = texts(figureOf({ study, rows }));
  expect(labels.filter((text) => /^\d+\.\d$/.test(text))).toHaveLength(12);
  expect(labels).toContain('22.5');
});

test('missing cells are drawn as missing, names that are no XML as text', () => {
  const study = sampleStudy({
    ...{ name: 'gaps', claim: 'a < b & "c"', seeds: 3 },
    factors: { variant: { '<script>': {}, 'b&c': {}, none: {} } },
  });
  const rows = sampleRows(study, () => 0.5).filter(({ factors }) => factors.variant !== 'none');
  const svg = figureOf({ study, rows });
  expect(svg).toContain('a &lt; b &amp; &quot;c&quot;');
  expect(texts(svg)).toContain('&lt;script&gt;');
  expect(texts(svg)).toContain('no result');
});

test('what was measured at several numbers is drawn along them, in their order', () => {
  const study = sampleStudy({
    name: 'collapse',
    claim: 'Cog keeps apart.',
    factors: { 'model.attention': ['dpa', 'cog'] },
  });
  const rows = sampleRows(study, () => 0.5).map((row): ReportRow => {
    const measured = { 'collapse.16': 0.5, 'collapse.2': 2, 'collapse.4': 1, 'spread.1': 3, 'spread.2': 3 };
    const { final, best } = row.result!.metrics;
    return { ...row, result: { ...row.result!, metrics: { final: { ...final, ...measured }, best } } };
  });
  const labels = texts(figureOf({ study, rows }));
  expect(labels).toContain('Collapse');
  expect(labels).not.toContain('Spread'); // two numbers make no line
  expect(
    labels
      .slice(labels.indexOf('Collapse'))
      .filter((text) => /^(2|4|16)$/.test(text))
      .slice(-3),
  ).toEqual(['2', '4', '16']);
});
