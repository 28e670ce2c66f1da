import { existsSync, readdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { siteServer } from '../scripts/serve.js';
import { docsFolder } from '../scripts/workspaces.js';
import { chromiumPath } from './chromium.ts';

const site = join(docsFolder, '.vitepress', 'dist');

/** Why the built site cannot be opened in a browser here; undefined where it can. */
export const skipReason =
  chromiumPath === undefined
    ? 'no Chromium on this machine (apt install chromium)'
    : existsSync(join(site, 'index.html'))
      ? undefined
      : 'the site is not built (npx pnpm@12 build)';

/** Serves the built site on a free port. */
export async function serveSite(options?: { isolated?: boolean }): Promise<{ origin: string; server: Server }> {
  const server = siteServer(site, options).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** The paths of all pages. */
export function pages(): string[] {
  return readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html') && file !== '404.html')
    .map((file) => `/${file.replace(/(index)?\.html$/, '')}`)
    .sort();
}

/** A page in a context of its own, with everything that went wrong on it. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    if (reason !== 'net::ERR_ABORTED') errors.push(`${request.url()}: ${reason}`);
  });
  return { page, errors };
}
