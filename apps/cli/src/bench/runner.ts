import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';

/**
 * The program that runs the benchmarks of a repository.
 *
 * @param root the repository, or whatever lies where it would
 * @throws UsageError where there is none, or it is not built
 */
export function benchmarkRunner(root: string): string {
  if (!existsSync(join(root, 'benchmarks', 'peer-configs.jsonl'))) {
    throw new UsageError(
      'the benchmarks, with the peers that they compare with, are not part of the npm package: run bench in a clone of the repository',
    );
  }
  const program = join(root, 'benchmarks', 'dist', 'main.js');
  if (existsSync(program)) return program;
  throw new UsageError(`the benchmarks in ${root} are not built: run npx pnpm@12 -s bench there, which builds them`);
}
