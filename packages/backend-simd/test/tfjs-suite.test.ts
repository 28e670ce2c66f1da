import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';

// tfjs-core ships its own specs, compiled. They judge whether this is a backend as any other.

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const bundle = path('../coverage/tfjs-suite.cjs');

beforeAll(async () => {
  await build({
    entryPoints: [path('tfjs-suite/main.js')],
    outfile: bundle,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'], // tfjs-core's dist/index.js, which its specs import too: one instance
    ignoreAnnotations: true, // tfjs-core declares its specs free of side effects; they would be dropped
    external: ['jasmine-core'],
    logLevel: 'error',
  });
});

test.each([
  ['relaxed', 1],
  ['relaxed', 2],
  ['plain', 1],
  ['plain', 2],
])('tfjs-core’s own specs pass on %s SIMD with threads: %i', async (build, threads) => {
  const results = path(`../coverage/tfjs-suite-${build}-${threads}.json`);
  const env = { ...process.env, SWITCHYARD_SIMD: build, SWITCHYARD_THREADS: `${threads}` };
  await rm(results, { force: true });
  await promisify(execFile)(process.execPath, [bundle, results], { env, maxBuffer: 2 ** 28 });
  const report: unknown = JSON.parse(await readFile(results, 'utf8'));
  expect(report).toMatchObject({ status: 'passed', build, threads, failed: 0, failures: [] });
  expect(report).toHaveProperty(
    'passed',
    expect.toSatisfy((passed: number) => passed >= 4225),
  );
});
