import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { reportPage } from './page.ts';
import { sampleComparison } from './sample.ts';

const comparison = sampleComparison();
const page = reportPage(comparison);
const { document } = parseHTML(page);

test('needs nothing from outside and runs nothing', () => {
  const withoutNamespaces = page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '');
  expect(withoutNamespaces).not.toMatch(/https?:|url\(|@import|<script|<link|<img|<iframe|\bsrc=|\bhref=/);
});

test('has the curves of all models, each named at its end', () => {
  const curves = document.querySelectorAll('svg')[0]!;
  const strokes = [...curves.querySelectorAll('[aria-label=line] path')].map((path) => path.getAttribute('stroke'));
  expect(strokes).toEqual(comparison.models.map((model) => `var(--${model.name})`));
  for (const { label } of comparison.models) expect(curves.textContent).toContain(label);
  expect(curves.textContent).toContain('chance');
  expect(curves.textContent).toContain('visible in the window');
});

test('has a bar with its interval for every model and subtask', () => {
  const bars = document.querySelectorAll('svg')[1]!;
  const titles = [...bars.querySelectorAll('[aria-label=bar] title')].map((title) => title.textContent);
  expect(titles).toHaveLength(comparison.models.length * 5);
  expect(titles).toContain('MLP, increment: 72.0 % (95 % interval 67.6 % to 76.0 %)');
  for (const rule of Object.keys(comparison.targetsPerRule)) expect(bars.textContent).toContain(rule);
});

test('defines every colour for light and dark', () => {
  const uses = new Set([...page.matchAll(/var\((--[\w-]+)\)/g)].map((match) => match[1]!));
  const [light, dark] = page.split('@media (prefers-color-scheme: dark){:root');
  for (const variable of uses) {
    if (variable.startsWith('--plot')) continue;
    expect(light + page).toContain(`${variable}:#`);
    expect(dark + page).toContain(`${variable}:#`);
  }
});

test('has the numbers as a table, the best of each column marked', () => {
  const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent!.replace(/\s+/g, ' '));
  expect(rows).toHaveLength(comparison.models.length);
  const best = [...document.querySelectorAll('tbody strong')].map((cell) => cell.textContent);
  expect(best).toContain('75.0 %');
});

test('escapes what it is given', () => {
  const [first, ...others] = comparison.models;
  const html = reportPage({ ...comparison, machine: '<b>"A&B"</b>', models: [{ ...first!, label: '<i>' }, ...others] });
  expect(html).toContain('&lt;b&gt;&quot;A&amp;B&quot;&lt;/b&gt;');
  expect(html).not.toContain('<i></th>');
});
