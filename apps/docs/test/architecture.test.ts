import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawArchitecture } from '../scripts/draw-architecture.js';

test('the committed picture shows the package.json files as they are; redraw it with: npx pnpm@12 -C apps/docs architecture', () => {
  const committed = readFileSync(new URL('../public/architecture.svg', import.meta.url), 'utf8');
  expect(committed).toBe(drawArchitecture());
});
