import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { BenchmarkError } from '../errors.ts';
import { type StepResult, stepResultSchema } from './step-result.ts';

/** Where the results that the documents show lie. */
export const stepResultFile: URL = new URL('../../results/step.json', import.meta.url);

/** Writes a result whole or not at all. Arrays of numbers take one line each. */
export function writeResult(file: string, result: object): void {
  const text = JSON.stringify(result, null, 2).replace(
    /\[\s+([\d.,\s]+?)\s+\]/g,
    (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`,
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${text}\n`);
  renameSync(`${file}.new`, file);
}

/** @throws BenchmarkError `SWITCHYARD_BENCHMARK_RESULT` where it is not a result of `bench peers` */
export function readStepResult(file: URL | string = stepResultFile): StepResult {
  const parsed = stepResultSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new BenchmarkError(
    'SWITCHYARD_BENCHMARK_RESULT',
    `${file} is no result of this version (${z.prettifyError(parsed.error).split('\n')[0]}): run pnpm -s bench peers again`,
    { cause: parsed.error },
  );
}
