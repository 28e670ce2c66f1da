import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Run, sequenceRunOf } from '@switchyard/experiments/run';
import { captureAttention } from '@switchyard/models';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { asUsage, errorCode, UsageError } from '../errors.ts';
import { type AttentionMap, attentionMapSvg } from '../inspect/attention-map.ts';
import { collapseChartSvg } from '../inspect/collapse-chart.ts';
import { collapseReport, collapseTable } from '../inspect/collapse-report.ts';
import { explainSample, explanationTable } from '../inspect/explanation.ts';
import { scoreHeads } from '../inspect/head-scores.ts';
import { headsChartSvg } from '../inspect/heads-chart.ts';
import { headsTable } from '../inspect/heads-table.ts';
import { predictNext } from '../inspect/predict.ts';
import { chooseSample } from '../inspect/sample.ts';
import { loadKeys, loadRun } from '../run/load-run.ts';
import { styleFor } from '../terminal/style.ts';

/** The attention maps of a model over its inputs, layer by layer and head by head; none for models without attention. */
async function attentionMaps(
  model: tf.LayersModel,
  tokens: Int32Array,
  labels: readonly string[],
  signed: boolean,
): Promise<AttentionMap[]> {
  const input = tf.tensor2d(tokens, [1, tokens.length], 'int32');
  const layers = captureAttention(model, input);
  const maps: AttentionMap[] = [];
  for (const [layer, weights] of layers.entries()) {
    const [heads] = (await weights.array()) as number[][][][]; // [heads, queries, keys]
    for (const [head, map] of heads!.entries()) {
      maps.push({ title: `layer ${layer + 1}, head ${head + 1}`, weights: map, labels, signed });
    }
  }
  tf.dispose([input, ...layers]);
  return maps;
}

/** Writes pictures as SVG and PNG. @returns the paths of the files */
async function writePictures(
  pictures: readonly { title: string; svg: string }[],
  directory: string,
): Promise<string[]> {
  const { Resvg } = await import('@resvg/resvg-js');
  try {
    mkdirSync(directory, { recursive: true });
    return pictures.flatMap(({ title, svg }) => {
      const path = join(directory, title.replaceAll(/\W+/g, '-'));
      writeFileSync(`${path}.svg`, svg);
      writeFileSync(`${path}.png`, new Resvg(svg, { fitTo: { mode: 'zoom', value: 2 } }).render().asPng());
      return [`${path}.svg`, `${path}.png`];
    });
  } catch (error) {
    if (errorCode(error) === '') throw error;
    throw new UsageError(`cannot write ${directory} (${errorCode(error)}): choose another --out`, { cause: error });
  }
}

/** Refuses runs that have not what is to be looked at. */
function checkModel(run: Run, directory: string, { heads, collapse }: { heads: boolean; collapse: boolean }): void {
  const { model } = sequenceRunOf(run).config;
  if (heads && (!('attention' in model) || model.depth === 0)) {
    throw new UsageError(`${directory} is of a model (${model.kind}) without attention: leave --heads out`);
  }
  if (collapse && model.kind === 'mlp') {
    throw new UsageError(`${directory} is of a model (mlp) that has no states at every position: leave --collapse out`);
  }
}

export const command = defineCommand({
  summary:
    'Look into a trained model: attention maps of one sequence as SVG and PNG, and why each token follows; what its heads do; or how far it keeps sequences apart.',
  positionals: ['run'],
  schema: z.strictObject({
    ...loadKeys,
    seed: z.int().min(0).default(0).describe('seed of the sequence'),
    sequence: z
      .int()
      .min(0)
      .max(9999)
      .optional()
      .describe('number of the sequence; by default the most telling of the first hundred'),
    heads: z
      .boolean()
      .default(false)
      .describe('instead of one sequence, what every head does: negative attention, copying, deleting, keeping'),
    collapse: z
      .boolean()
      .default(false)
      .describe(
        'instead of one sequence, how far the last states of sequences that differ little are apart, by length',
      ),
    sequences: z.int().min(1).max(4096).default(128).describe('sequences that heads are scored on, with --heads'),
    out: z.string().optional().describe('directory of the pictures; by default inspect/ in the run directory'),
    json: z.boolean().default(false).describe('print the explanation as JSON'),
  }),
  examples: [
    'inspect runs/mine',
    'inspect runs/mine --heads',
    'inspect runs/mine --collapse',
    'inspect runs/mine --sequence 3 --out maps --json',
  ],
  async run({ seed, sequence, heads, collapse, sequences, out, json, ...source }) {
    if (heads && collapse) throw new UsageError('--heads and --collapse both say what to look at: leave one out');
    const { run, model } = await loadRun(source, (run) => checkModel(run, source.run, { heads, collapse }));
    const { task, config: runConfig } = sequenceRunOf(run);
    const { window, model: config } = runConfig;
    const directory = out ?? join(source.run, 'inspect');
    if (collapse) {
      const lengths = await asUsage(() => collapseReport(model, run));
      const files = await writePictures([{ title: 'collapse', svg: collapseChartSvg(lengths) }], directory);
      const lines = json ? [JSON.stringify({ lengths, files })] : collapseTable(lengths, styleFor(process.stdout));
      process.stdout.write(`${lines.join('\n')}\n`);
      process.stderr.write(`${files.join('\n')}\n`);
      return;
    }
    if (heads) {
      const report = await scoreHeads(model, task, { seed, window, count: sequences });
      const files = await writePictures([{ title: 'heads', svg: headsChartSvg(report.heads) }], directory);
      const lines = json ? [JSON.stringify({ ...report, files })] : headsTable(report, styleFor(process.stdout));
      process.stdout.write(`${lines.join('\n')}\n`);
      process.stderr.write(`${files.join('\n')}\n`);
      return;
    }
    const sample = await asUsage(() => chooseSample(task, seed, window, sequence));
    const inputs = sample.tokens.slice(0, window);
    const explained = explainSample(task, sample, predictNext(model, inputs));

    let files: string[] = [];
    if ('attention' in config) {
      const labels = explained.slice(0, window).map(({ token }) => token);
      const maps = await attentionMaps(
        model,
        inputs,
        labels,
        config.attention === 'cog' || config.attention === 'signed-unit',
      );
      const pictures = maps.map((map) => ({ title: map.title, svg: attentionMapSvg(map) }));
      files = await writePictures(pictures, directory);
    }
    const lines = json
      ? [JSON.stringify({ tokens: explained, files })]
      : explanationTable(explained, styleFor(process.stdout));
    process.stdout.write(`${lines.join('\n')}\n`);
    process.stderr.write(
      files.length > 0 ? `${files.join('\n')}\n` : `this model (${config.kind}) has no attention to draw\n`,
    );
  },
});
