import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { docsFolder } from '../scripts/workspaces.js';
import { launchChromium } from './chromium.ts';
import { openPage, pages, serveSite, skipReason } from './site.ts';

// The built site in a real browser: no page complains, the home page is light, everybody can read it.

if (skipReason) console.log(`Tests of the site in a browser are skipped: ${skipReason}.`);

const screenshots = join(docsFolder, '.vitepress', 'screenshots');
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const shown = {
  home: '/',
  guide: '/guide/attention',
  playground: '/playground?sample=3&model=transformer&model=cisformer,attention:ea',
};
// Seconds on a quiet machine; a busy one may take its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

let browser: Browser;
let origin: string;
let server: Server;

beforeAll(async () => {
  if (skipReason) return;
  [browser, { origin, server }] = await Promise.all([launchChromium(), serveSite()]);
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

test.skipIf(skipReason)('no page has an error on its console', async () => {
  const waiting = pages();
  expect(waiting.length).toBeGreaterThan(30);
  const visitor = async () => {
    const { page, errors } = await openPage(browser);
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      await page.goto(origin + path, { waitUntil: 'load' });
      await page.waitForFunction(() => document.querySelector('#app')?.children.length);
    }
    await page.context().close();
    return errors;
  };
  expect((await Promise.all([visitor(), visitor(), visitor()])).flat()).toEqual([]);
});

test.skipIf(skipReason)('the home page is below 300 kB, gzipped, and loads nothing of the playground', async () => {
  const { page } = await openPage(browser);
  const sizes = new Map<string, number>();
  page.on('response', async (response) => {
    const body = await response.body().catch(() => Buffer.alloc(0));
    sizes.set(new URL(response.url()).pathname, gzipSync(body).length);
  });
  await page.goto(origin, { waitUntil: 'networkidle' });
  const names = [...sizes.keys()];
  expect(names.length).toBeGreaterThan(4);
  expect(names.filter((name) => /worker|PlaygroundPage/.test(name))).toEqual([]);
  expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
  await page.context().close();
});

test.skipIf(skipReason)('the arrow keys walk along the sequence of the guide, token by token', async () => {
  const { page } = await openPage(browser, { reducedMotion: 'reduce' });
  await page.goto(`${origin}/guide/task`);
  const sequence = page.getByRole('slider', { name: 'Place in a sequence of tokens' });
  const told = page.locator('figure.yard figcaption');
  const first = Number(await sequence.getAttribute('aria-valuenow'));
  for (const place of [first + 1, first + 2]) {
    await sequence.press('ArrowRight');
    await expect.poll(() => sequence.getAttribute('aria-valuenow')).toBe(String(place));
    expect(await sequence.getAttribute('aria-valuetext')).toContain(await told.textContent());
  }
  await sequence.press('ArrowLeft');
  await expect.poll(() => sequence.getAttribute('aria-valuenow')).toBe(String(first + 1));
  await page.context().close();
});

/** What axe finds against WCAG 2 A and AA. VitePress's search button shows more than it is called; that is not ours to mend. */
async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  return page.evaluate(async () => {
    const { axe: auditor } = window as unknown as { axe: typeof import('axe-core') };
    const found = await auditor.run(
      { exclude: ['.DocSearch'] },
      { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] },
    );
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    );
  });
}

const looks = [
  { look: 'light', colorScheme: 'light', viewport: { width: 1360, height: 900 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1360, height: 900 } },
  { look: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const;

test.skipIf(skipReason).each(looks)(
  'home, guide and playground can be read by everybody: $look',
  async ({ look, ...options }) => {
    mkdirSync(screenshots, { recursive: true });
    const { page, errors } = await openPage(browser, { ...options, reducedMotion: 'reduce' });
    for (const [name, path] of Object.entries(shown)) {
      await page.goto(origin + path, { waitUntil: 'networkidle' });
      if (name === 'playground') await train(page);
      await page.screenshot({ path: join(screenshots, `${name}-${look}.png`), fullPage: true });
      expect(await violations(page), name).toEqual([]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, `${name} does not scroll sideways`).toBeLessThanOrEqual(options.viewport.width);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  },
);

async function train(page: Page): Promise<void> {
  await page.locator('.maps canvas').first().waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[data-value="step"]')].every(
      ({ textContent }) => Number(textContent?.replace(/\D/g, '')) >= 60,
    ),
  );
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  for (const model of [0, 1]) await page.locator(`article.model-${model} [data-state="paused"]`).waitFor();
  await page.waitForTimeout(200);
}
