import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createStream } from '@switchyard/random';
import { expect, it } from 'vitest';
import { temporaryDirectory } from './temporary.ts';

const loader = new URL('typescript.js', import.meta.url).href;
const script = fileURLToPath(new URL('train-child.ts', import.meta.url));

/** Starts the run in a process of its own; it prints the step it begins at, and every step it has made. */
function startChild(directory: string) {
  const flags = ['-C', '@switchyard/source', '--import', loader];
  const env = { ...process.env, NODE_OPTIONS: '', TYPESCRIPT_CACHE: dirname(directory) };
  const child = spawn(process.execPath, [...flags, script, directory], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { lines: [] as string[], errors: '' };
  createInterface(child.stdout).on('line', (line) => output.lines.push(line));
  child.stderr.on('data', (chunk) => {
    output.errors += chunk;
  });
  const ended = new Promise<string>((resolve) => child.on('close', (code, signal) => resolve(signal ?? String(code))));
  return { child, output, ended };
}

const metrics = (directory: string) =>
  readFileSync(join(directory, 'metrics.jsonl'), 'utf8').replaceAll(/"tokensPerSecond":[^,}]+/g, '');
const checkpoint = (directory: string) => readFileSync(join(directory, 'checkpoints', 'step-60.safetensors'));
const eventFile = (directory: string) => {
  const names = readdirSync(directory).filter((name) => name.startsWith('events.out.tfevents'));
  expect(names).toHaveLength(1);
  return readFileSync(join(directory, names[0]!));
};

it('a run that is killed at random moments and resumed is the run that was not', { timeout: 240_000 }, async () => {
  const parent = temporaryDirectory();
  const [whole, killed] = [join(parent, 'whole'), join(parent, 'killed')];
  const reference = startChild(whole);
  expect(await reference.ended, reference.output.errors).toBe('0');

  const random = createStream('moments of death');
  const begunAt: string[] = [];
  for (let lives = 6; lives > 0; lives--) {
    const { child, output, ended } = startChild(killed);
    if (lives > 1) {
      // A random moment by the run's own clock, so that every machine sees lives of the same lengths, and some jitter.
      const lines = 1 + random.nextInt(20);
      while (output.lines.length < lines && child.exitCode === null) await setTimeout(2);
      await setTimeout(random.nextInt(5));
      child.kill('SIGKILL');
    }
    const end = await ended;
    expect(end, output.errors).toBe(lives > 1 && end !== '0' ? 'SIGKILL' : '0');
    begunAt.push(output.lines[0]!);
  }
  console.log(`begun at steps ${begunAt.join(', ')}`);
  expect(new Set(begunAt).size).toBeGreaterThan(2);
  expect(metrics(killed)).toBe(metrics(whole));
  expect(checkpoint(killed).equals(checkpoint(whole))).toBe(true);
  expect(eventFile(killed).length).toBe(eventFile(whole).length); // wall times and speeds differ, nothing else
  expect(readdirSync(killed)).not.toContain('lock');
});
