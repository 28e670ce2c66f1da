import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The backend in a real browser: in a page and in a worker of a page, with and without the headers that allow shared memory.

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }) !== '';
  } catch {
    return false;
  }
});
if (chromium === undefined)
  console.log('No Chromium on this machine (apt install chromium): browser tests are skipped.');

interface Report {
  readonly isolated: boolean;
  readonly info: object;
  readonly product: number[];
  readonly steps: string;
  readonly error?: string;
}

let script = '';
let server: Server;
let origin = '';
/** What pages send, by the name in their address. */
const reports = new Map<string, (report: Report) => void>();

beforeAll(async () => {
  if (chromium === undefined) return;
  const entry = fileURLToPath(new URL('browser/report.js', import.meta.url));
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  script = bundle.outputFiles[0]!.text;
  server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    if (request.method === 'POST') {
      reports.get(pathname)?.(JSON.parse(await text(request)) as Report);
      response.end();
      return;
    }
    if (searchParams.has('isolated')) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    const isScript = pathname === '/report.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    const worker = `new Worker('/report.js' + location.search + '#' + location.pathname)`;
    const page = searchParams.has('worker') ? `<script>${worker}</script>` : '<script src="/report.js"></script>';
    response.end(isScript ? script : `<!doctype html><title>simd</title>${page}`);
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server?.close());

/** Opens a page and waits for its report. */
async function open(name: string, query: string): Promise<Report> {
  const profile = await mkdtemp(join(tmpdir(), 'switchyard-chromium-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`];
  const report = new Promise<Report>((done) => reports.set(`/${name}`, done));
  const browser = spawn(chromium!, [...flags, `${origin}/${name}?${query}`], { stdio: 'ignore' });
  const gone = new Promise((done) => browser.once('exit', done));
  try {
    return await report;
  } finally {
    browser.kill('SIGKILL');
    await gone;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

const product = [4096, 8192, -4096];

test.skipIf(chromium === undefined)('two threads in a cross-origin isolated page', async () => {
  const report = await open('page', 'isolated');
  expect(report).toMatchObject({ isolated: true, info: { threads: 2 }, product, steps: 'captured' });
});

test.skipIf(chromium === undefined)('two threads in a worker of an isolated page', async () => {
  const report = await open('worker', 'isolated&worker');
  expect(report).toMatchObject({ isolated: true, info: { threads: 2 }, product, steps: 'captured' });
});

test.skipIf(chromium === undefined)('one thread in a page that is not isolated', async () => {
  const report = await open('plain', '');
  expect(report).toMatchObject({ isolated: false, info: { threads: 1 }, product, steps: 'captured' });
});
