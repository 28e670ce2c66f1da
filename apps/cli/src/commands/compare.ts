import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { portable } from '@switchyard/experiments/run';
import type { EndEvent } from '@switchyard/training';
import { openRunDirectory } from '@switchyard/training/node';
import { defineCommand } from '../command.ts';
import { writeComparison } from '../compare/files.ts';
import { commandOf, compareSchema, comparisonName, type Entry, planComparison } from '../compare/plan.ts';
import { trainInProcesses } from '../compare/processes.ts';
import { comparisonProgress } from '../compare/progress.ts';
import { summarize } from '../compare/summarize.ts';
import { comparisonTable } from '../compare/table.ts';
import { asUsage, InterruptedError } from '../errors.ts';
import { resolveBackend } from '../run/backend.ts';
import { interruptionSignal } from '../run/interruption.ts';
import { grouped, percent } from '../terminal/format.ts';
import { styleFor } from '../terminal/style.ts';

/** Makes the run directories, or finds that they belong to another comparison, before anything is trained. */
async function claimDirectories(entries: readonly Entry[], out: string): Promise<void> {
  for (const { name, run } of entries) {
    const directory = await asUsage(() => openRunDirectory(join(out, name), { config: portable(run) }));
    await directory.close();
  }
}

export const command = defineCommand({
  summary:
    'Train seven models on IARC side by side: MLP, LSTM, transformers with dot-product, expressive and Cog attention, cisformers with the first two. The same command again resumes; finished models are not repeated.',
  positionals: [],
  schema: compareSchema,
  examples: [
    'compare',
    'compare --budget full --seed 3',
    'compare --task.context anchor --steps 500 --out runs/anchor',
  ],
  async run(options) {
    const signal = interruptionSignal();
    const entries = await planComparison({ ...options, backend: await resolveBackend(options.backend) });
    const out = options.out ?? join('runs', comparisonName(options.budget, entries));
    await claimDirectories(entries, out);

    const { steps } = entries[0]!.run.config;
    const progress = comparisonProgress(process.stderr, entries, steps);
    const jobs = entries.map(({ name, run }) => ({
      options: portable(run),
      out: join(out, name),
      onEvent: (event: Parameters<typeof progress.show>[1]) => progress.show(name, event),
    }));
    const ends = await trainInProcesses(jobs, options.jobs ?? availableParallelism(), signal).finally(progress.stop);
    const finished = ends.filter((end): end is EndEvent => end?.reason === 'completed');
    if (finished.length < entries.length) {
      throw new InterruptedError(
        `interrupted: ${out} is saved (${finished.length} of ${entries.length} models are done); the same command resumes`,
      );
    }

    const comparison = await summarize(commandOf(options), entries, finished, out);
    const report = await writeComparison(comparison, out);
    const lines = options.json ? [JSON.stringify(comparison)] : comparisonTable(comparison, styleFor(process.stdout));
    process.stdout.write(`${lines.join('\n')}\n`);
    const { chance, targets } = comparison;
    const note = `chance ${percent(chance)}; the window shows what ${percent(targets.visible / targets.count)} of ${grouped(targets.count)} targets follow from`;
    process.stderr.write(`\n${note}\nreport: ${pathToFileURL(report)}\n`);
  },
});
