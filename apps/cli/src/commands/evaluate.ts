import { checkKindKeys, runKinds, withConfig } from '@switchyard/experiments/run';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { asUsage } from '../errors.ts';
import { loadKeys, loadRun } from '../run/load-run.ts';
import { scoreLayout, scoreTable } from '../terminal/score-table.ts';
import { styleFor } from '../terminal/style.ts';

export const command = defineCommand({
  summary: 'Evaluate a trained model on frozen data of its task, by default those of its training run.',
  positionals: ['run'],
  schema: z.strictObject({
    ...loadKeys,
    batches: z.int().min(1).optional().describe('frozen batches; by default as in the run'),
    batchSize: z.int().min(1).optional().describe('sequences, or images, in a batch; by default as in the run'),
    positions: z
      .enum(['all', 'last'])
      .optional()
      .describe('targets that count; by default as in the run; not for images'),
    seed: z.int().min(0).optional().describe('seed of the batches; by default as in the run'),
    json: z.boolean().default(false).describe('print the scores as JSON'),
  }),
  examples: ['evaluate runs/mine', 'evaluate runs/mine --checkpoint best --batches 100 --json'],
  async run({ run: directory, checkpoint, backend, json, ...changes }, name) {
    const { run, model } = await loadRun({ run: directory, checkpoint, backend }, ({ kind }) =>
      checkKindKeys({ evaluation: changes }, kind, () => name('positions')),
    );
    const { batches, batchSize, positions, seed } = changes;
    const { evaluation } = run.config;
    const changed = withConfig(run, {
      evaluation: {
        ...evaluation,
        batches: batches ?? evaluation.batches,
        batchSize: batchSize ?? evaluation.batchSize,
        seed: seed ?? evaluation.seed,
        ...(positions && { positions }),
      },
    });
    const scores = await asUsage(async () => {
      const objective = await runKinds[run.kind].objective(changed, model, directory, false);
      return objective.evaluate(run.config.steps);
    });
    const lines = json ? [JSON.stringify(scores)] : scoreTable(scores, scoreLayout(run), styleFor(process.stdout));
    process.stdout.write(`${lines.join('\n')}\n`);
  },
});
