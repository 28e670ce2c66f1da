import { presets } from '@switchyard/experiments/config';
import { resolveRun, runKeys, runName, runSchema, trainRun } from '@switchyard/experiments/run';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { InterruptedError } from '../errors.ts';
import { withBackend } from '../run/backend.ts';
import { interruptionSignal } from '../run/interruption.ts';
import { generatingKinds, textSampler } from '../sample/text.ts';
import { compact } from '../terminal/format.ts';
import { scoreLayout, scoreTable } from '../terminal/score-table.ts';
import { styleFor } from '../terminal/style.ts';
import { trainingProgress } from '../terminal/training-progress.ts';

const schema = runSchema.extend({
  preset: z
    .enum(Object.keys(presets))
    .optional()
    .describe('a named run, listed below: file and flags are laid over it'),
  out: z.string().optional().describe('run directory; by default runs/<model>-<hash of the configuration>'),
  tensorBoard: z.boolean().default(false).describe('also write TensorBoard event files'),
  json: z.boolean().default(false).describe('print the result as JSON'),
});

export const command = defineCommand({
  summary: 'Train a model on a task. The same command again resumes an interrupted run.',
  positionals: [],
  schema,
  keys: runKeys(schema),
  presets,
  examples: [
    'train --model.kind cisformer --model.attention ea --steps 2000',
    'train --preset quickstart --model.attention ea',
    'train --config run.yaml --optimizer.learning-rate 1e-3',
    'train --task.kind delayedSum --task.delay 3 --window 16',
    'train --task.kind text --task.path my.txt --model.kind cogformer',
    'train --task.kind images --task.path my-images --model.kind uvit',
  ],
  async run({ preset: _preset, out, tensorBoard, json, ...options }, name) {
    const signal = interruptionSignal();
    const run = await withBackend(await resolveRun(options, name));
    const directory = out ?? `runs/${runName(run)}`;
    const { model, backend } = run.config;
    const layout = scoreLayout(run);
    const progress = trainingProgress(
      process.stderr,
      ({ parameters }) =>
        `${model.kind} of ${compact(parameters)} weights on ${run.task.name}, backend ${backend}, in ${directory}`,
      layout,
    );
    const end = await trainRun(run, { out: directory, tensorBoard, signal, onEvent: progress.show }).finally(
      progress.stop,
    );
    if (end.reason === 'interrupted') {
      throw new InterruptedError(`interrupted: step ${end.step} of ${end.steps} is saved; the same command resumes`);
    }
    if (json) process.stdout.write(`${JSON.stringify({ run: directory, ...end })}\n`);
    else if (end.evaluation) {
      const lines = scoreTable(end.evaluation, layout, styleFor(process.stdout));
      process.stdout.write(`${lines.join('\n')}\n`);
      if (run.config.task.kind === 'text' && generatingKinds.includes(model.kind)) {
        process.stdout.write('\n');
        await textSampler.sample({ run: directory, checkpoint: 'latest', seed: run.config.seed, json: false }, {});
      }
    }
  },
});
