import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { docsFolder } from '../scripts/workspaces.js';

const vitepress = join(dirname(createRequire(import.meta.url).resolve('vitepress/package.json')), 'bin/vitepress.js');

test('pages of the development server are cross-origin isolated', { timeout: 120_000 }, async () => {
  const server = spawn(process.execPath, [vitepress, 'dev', '--host', '127.0.0.1', '--port', '0'], {
    cwd: docsFolder,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  onTestFinished(() => void server.kill());
  let said = '';
  for await (const text of server.stdout) {
    said += text;
    if (/http:\S+/.test(said)) break;
  }
  const origin = /http:\S+/.exec(said)![0];
  for (const path of ['playground', 'logo.svg']) {
    const { status, headers } = await fetch(new URL(path, origin));
    expect(status).toBe(200);
    expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
  }
});
