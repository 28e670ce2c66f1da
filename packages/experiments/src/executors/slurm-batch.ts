import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRequest } from '../study/run-request.ts';
import type { Outcome } from './executor.ts';
import { outcomeSchema, requestSchema } from './outcome-schema.ts';

// What an array job is in files, in a directory that all machines see:
// requests.jsonl (task n makes the run of line n), job.sh, job (its number), n.log and n.json (how task n ended).

/** An array job and its runs. */
export interface Batch {
  readonly directory: string;
  readonly job: string;
  readonly requests: readonly RunRequest[];
}

/** Makes the directory of an array job that is to be submitted. @returns the path of its script */
export function writeBatch(directory: string, requests: readonly RunRequest[], task: readonly string[]): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'requests.jsonl');
  writeFileSync(path, requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  const script = join(directory, 'job.sh');
  const words = [...task, path].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  writeFileSync(script, `#!/bin/sh\nexport SWITCHYARD_THREADS=1\nexec ${words.join(' ')} "$SLURM_ARRAY_TASK_ID"\n`);
  return script;
}

/** Notes the number that the job has got: from then on it can be followed. */
export function noteJob(directory: string, job: string): void {
  writeWhole(join(directory, 'job'), job);
}

/** The array jobs of a directory that were submitted, oldest first, but for those that are known by name already. */
export function readBatches(directory: string, known: ReadonlySet<string>): Batch[] {
  if (!existsSync(directory)) return [];
  const folders = readdirSync(directory).map((name) => join(directory, name));
  const fresh = folders.filter((folder) => !known.has(folder) && existsSync(join(folder, 'job')));
  return fresh.sort().map((folder) => {
    const lines = readFileSync(join(folder, 'requests.jsonl'), 'utf8').trimEnd().split('\n');
    const requests = lines.map((line) => requestSchema.parse(JSON.parse(line)));
    return { directory: folder, job: readFileSync(join(folder, 'job'), 'utf8'), requests };
  });
}

/** The run of a task. */
export function readRequest(path: string, task: number): RunRequest {
  return requestSchema.parse(JSON.parse(readFileSync(path, 'utf8').split('\n')[task]!));
}

/** Tasks of a batch that have written how they ended. */
export function endedTasks({ directory }: Batch): Set<number> {
  const names = readdirSync(directory).map((name) => /^(\d+)\.json$/.exec(name)?.[1]);
  return new Set(names.filter((name) => name !== undefined).map(Number));
}

/** How a task ended. */
export function readOutcome({ directory }: Batch, task: number): Outcome {
  return outcomeSchema.parse(JSON.parse(readFileSync(join(directory, `${task}.json`), 'utf8')));
}

/** Writes how a task ended. */
export function writeOutcome(directory: string, task: number, outcome: Outcome): void {
  writeWhole(join(directory, `${task}.json`), JSON.stringify(outcome));
}

/** The last line that a task printed. */
export function lastWords({ directory }: Batch, task: number): string {
  const path = join(directory, `${task}.log`);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').at(-1)!.slice(-500) : '';
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}
