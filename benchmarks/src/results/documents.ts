import { readFileSync, writeFileSync } from 'node:fs';
import { BenchmarkError } from '../errors.ts';
import { readStepResult } from './files.ts';
import type { StepResult } from './step-result.ts';
import { describeRun, stepTable } from './table.ts';

/** The documents that show the table of steps, between two comments. */
export const documents: readonly URL[] = ['README.md', 'packages/backend-simd/README.md'].map(
  (path) => new URL(`../../../${path}`, import.meta.url),
);

const block = /(?<=^<!-- bench step -->\n)[\s\S]*?(?=^<!-- end -->$)/m;

/**
 * The document with its table as the result has it.
 *
 * @throws BenchmarkError `SWITCHYARD_BENCHMARK_RESULT` where the document has no place for it
 */
export function withStepTable(document: string, result: StepResult): string {
  if (!block.test(document)) {
    throw new BenchmarkError(
      'SWITCHYARD_BENCHMARK_RESULT',
      `no table in "${document.split('\n')[0]}": put <!-- bench step --> and <!-- end --> around its place`,
    );
  }
  return document.replace(block, () => `\n${stepTable(result)}\n\n${describeRun(result)}\n\n`);
}

/** Writes the tables of the documents anew from the result file. */
export async function writeTables(): Promise<void> {
  const result = readStepResult();
  for (const file of documents) writeFileSync(file, withStepTable(readFileSync(file, 'utf8'), result));
}
