import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createStream } from '@switchyard/random';
import { expect, it } from 'vitest';
import { temporaryDirectory } from './temporary.ts';

const loader = new URL('typescript.js', import.meta.url).href;
const script = fileURLToPath(new URL('train-child.ts', import.meta.url));

/** Starts the run in a process of its own. */
function startChild(directory: string, millisecondsAStep: number): ChildProcess {
  const flags = ['-C', '@switchyard/source', '--import', loader];
  const env = { ...process.env, NODE_OPTIONS: '', TYPESCRIPT_CACHE: dirname(directory) };
  return spawn(process.execPath, [...flags, script, directory, String(millisecondsAStep)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Resolves with the exit code or the signal, and what the child said on stderr. */
function ending(child: ChildProcess): Promise<{ code: number | null; signal: string | null; said: string }> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, said })));
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk)));
    child.once('close', () => resolve(''));
  });
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
  const reference = await ending(startChild(whole, 0));
  expect(reference, reference.said).toMatchObject({ code: 0 });

  const random = createStream('moments of death');
  const resumedAt: number[] = [];
  for (let kills = 0; ; kills++) {
    const child = startChild(killed, 10);
    const end = ending(child);
    const line = await firstLine(child);
    if (line !== '') resumedAt.push(JSON.parse(line).step);
    // From its first event on, at a random moment; the sixth may live.
    const timer = kills < 5 ? setTimeout(() => child.kill('SIGKILL'), random.nextInt(1200)) : undefined;
    const { code, signal, said } = await end;
    clearTimeout(timer);
    if (code === 0) break;
    expect(signal, said).toBe('SIGKILL');
  }
  console.log(`killed ${resumedAt.length - 1} times, begun at steps ${resumedAt.join(', ')}`);
  expect(new Set(resumedAt).size).toBeGreaterThan(1);
  expect(metrics(killed)).toBe(metrics(whole));
  expect(checkpoint(killed).equals(checkpoint(whole))).toBe(true);
  expect(eventFile(killed).length).toBe(eventFile(whole).length); // wall times and speeds differ, nothing else
  expect(readdirSync(killed)).not.toContain('lock');
});
