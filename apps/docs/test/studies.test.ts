import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { splitFigure, summaryOf, withFigures } from '../scripts/studies.js';

// What reports look like is pinned by a golden file of @switchyard/experiments.
const golden = new URL('../../../packages/experiments/test/golden/architectures.md', import.meta.url);
const readme = readFileSync(golden, 'utf8');

test('claim and verdict are read from the README of a study', () => {
  expect(summaryOf(readme)).toEqual({
    claim: 'Cisformer with expressive attention reaches about 95 % on IARC; every other architecture stays modest.',
    verdict: 'Not supported',
  });
});

test('the figure becomes one for each scheme of the site', () => {
  const svg = '<svg><style>.figure{--ink:#000}@media (prefers-color-scheme:dark){.figure{--ink:#fff}}</style></svg>';
  expect(splitFigure(svg)).toEqual({
    light: '<svg><style>.figure{--ink:#000}</style></svg>',
    dark: '<svg><style>.figure{--ink:#fff}</style></svg>',
  });
  expect(() => splitFigure('<svg/>')).toThrow('write it anew with switchyard report');
  const page = withFigures(readme, 'iarc');
  expect(page).not.toContain('](figure.svg)');
  expect(page).toContain('<img class="on-dark" src="./iarc-dark.svg" alt="accuracy of every combination');
  expect(withFigures('![digits](samples-cog.png)', 'uvic')).toBe('<img src="./uvic-samples-cog.png" alt="digits">');
});
