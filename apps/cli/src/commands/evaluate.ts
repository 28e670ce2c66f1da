import { type ImageRun, imageObjective, isImageRun, sequenceTaskOf } from '@switchyard/experiments/run';
import { evaluate, type Scores } from '@switchyard/training';
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { asUsage } from '../errors.ts';
import { loadKeys, loadRun } from '../run/load-run.ts';
import { scoreLayout, scoreTable } from '../terminal/score-table.ts';
import { styleFor } from '../terminal/style.ts';

/** What the evaluations of a run on images do, the grid of samples aside. */
async function evaluateImages(
  run: ImageRun,
  model: tf.LayersModel,
  directory: string,
  evaluation: { batches: number; batchSize: number; seed: number },
): Promise<Scores> {
  const config = { ...run.config, evaluation: { ...run.config.evaluation, ...evaluation } };
  const objective = await imageObjective({ ...run, config }, model, directory, { writes: false });
  return objective.evaluate(0);
}

export const command = defineCommand({
  summary: 'Evaluate a trained model on frozen data of its task, by default those of its training run.',
  positionals: ['run'],
  schema: z.strictObject({
    ...loadKeys,
    batches: z.int().min(1).optional().describe('frozen batches; by default as in the run'),
    batchSize: z.int().min(1).optional().describe('sequences in a batch; by default as in the run'),
    positions: z.enum(['all', 'last']).optional().describe('targets that count; by default as in the run'),
    seed: z.int().min(0).optional().describe('seed of the batches; by default as in the run'),
    json: z.boolean().default(false).describe('print the scores as JSON'),
  }),
  examples: ['evaluate runs/mine', 'evaluate runs/mine --checkpoint best --batches 100 --json'],
  async run({ run: directory, checkpoint, backend, json, ...changes }) {
    const { run, model } = await loadRun({ run: directory, checkpoint, backend });
    const { batches, batchSize, positions, seed } = run.config.evaluation;
    const scores = await asUsage(async () => {
      const options = {
        batches: changes.batches ?? batches,
        batchSize: changes.batchSize ?? batchSize,
        positions: changes.positions ?? positions,
        seed: changes.seed ?? seed,
      };
      return isImageRun(run)
        ? evaluateImages(run, model, directory, options)
        : evaluate(model, sequenceTaskOf(run), options);
    });
    const lines = json ? [JSON.stringify(scores)] : scoreTable(scores, scoreLayout(run.task), styleFor(process.stdout));
    process.stdout.write(`${lines.join('\n')}\n`);
  },
});
