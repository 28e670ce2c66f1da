import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toSafetensors } from '@switchyard/models';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { asUsage, errorCode, UsageError } from '../errors.ts';
import { loadKeys, loadModel } from '../run/load-run.ts';

interface OutputFile {
  readonly path: string;
  readonly content: Uint8Array | string;
}

/** The model in the layout of tfjs: model.json, and the weights beside it. */
async function tfjsFiles(model: tf.LayersModel, directory: string): Promise<OutputFile[]> {
  let artifacts: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved) };
    }),
  );
  const manifest = [{ paths: ['weights.bin'], weights: artifacts.weightSpecs ?? [] }];
  const { modelTopology, format, generatedBy, convertedBy, userDefinedMetadata } = artifacts;
  const json = { modelTopology, format, generatedBy, convertedBy, userDefinedMetadata, weightsManifest: manifest };
  const weights = new Uint8Array(tf.io.concatenateArrayBuffers([artifacts.weightData ?? []].flat()));
  return [
    { path: join(directory, 'model.json'), content: JSON.stringify(json) },
    { path: join(directory, 'weights.bin'), content: weights },
  ];
}

function writeFiles(files: readonly OutputFile[]): void {
  for (const { path, content } of files) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    } catch (error) {
      throw new UsageError(`cannot write ${path} (${errorCode(error)}): choose another --out`, { cause: error });
    }
  }
}

export const command = defineCommand({
  summary: 'Write a trained model for other programs, and print the paths of the files.',
  positionals: ['run'],
  schema: z.strictObject({
    ...loadKeys,
    format: z
      .enum(['safetensors', 'tfjs'])
      .default('safetensors')
      .describe('one .safetensors file, or model.json and weights.bin for tf.loadLayersModel'),
    out: z.string().optional().describe('the file, or for tfjs the directory; by default in the run directory'),
  }),
  examples: ['export runs/mine', 'export runs/mine --checkpoint best --format tfjs --out public/model'],
  async run({ format, out, ...source }) {
    const { options, model } = await loadModel(source);
    const files =
      format === 'tfjs'
        ? await tfjsFiles(model, out ?? join(source.run, 'tfjs'))
        : [
            {
              path: out ?? join(source.run, 'model.safetensors'),
              content: await asUsage(() => toSafetensors(model, { task: JSON.stringify(options.task) })),
            },
          ];
    writeFiles(files);
    process.stdout.write(files.map(({ path }) => `${path}\n`).join(''));
  },
});
