import { readFileSync } from 'node:fs';
import { z } from 'zod';

const size = z.int().positive();

/** What all models have. */
const common = {
  attention: z.enum(['dpa', 'ea', 'cog']),
  batch: size,
  width: size,
  heads: size,
  layers: size,
  feedForward: z.int().nonnegative(),
};

const sequenceFields = {
  model: z.enum(['transformer', 'cisformer', 'lstm', 'mlp', 'cogformer']),
  ...common,
  window: size,
  vocabulary: size,
};

const imageFields = { model: z.literal('uvit'), ...common, image: size, channels: size, patch: size, classes: size };

/** The model and the sizes that a step is timed with: one line on stdin. Other keys stay as they are. */
const stepConfigSchema = z.discriminatedUnion('model', [z.looseObject(sequenceFields), z.looseObject(imageFields)]);

/** One line of `peer-configs.jsonl`, without what is for peer_pytorch.py alone. */
export const namedStepConfigSchema = z.discriminatedUnion('model', [
  z.object({ name: z.string(), ...sequenceFields }),
  z.object({ name: z.string(), ...imageFields }),
]);

export type StepConfig = z.infer<typeof stepConfigSchema>;
export type NamedStepConfig = z.infer<typeof namedStepConfigSchema>;
export type ImageStepConfig = Extract<StepConfig, { model: 'uvit' }>;
export type SequenceStepConfig = Exclude<StepConfig, ImageStepConfig>;

export const peerConfigsFile: URL = new URL('../peer-configs.jsonl', import.meta.url);

export function parseStepConfigs(jsonLines: string): StepConfig[] {
  return parseLines(jsonLines, stepConfigSchema);
}

export function readPeerConfigs(): NamedStepConfig[] {
  return parseLines(readFileSync(peerConfigsFile, 'utf8'), namedStepConfigSchema);
}

function parseLines<T>(jsonLines: string, schema: z.ZodType<T>): T[] {
  const lines = jsonLines.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => schema.parse(JSON.parse(line)));
}
