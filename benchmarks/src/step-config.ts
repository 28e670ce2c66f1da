import { readFileSync } from 'node:fs';
import { z } from 'zod';

const size = z.int().positive();

const fields = {
  model: z.enum(['transformer', 'cisformer', 'lstm', 'mlp', 'cogformer']),
  attention: z.enum(['dpa', 'ea', 'cog']),
  batch: size,
  window: size,
  width: size,
  heads: size,
  layers: size,
  feedForward: z.int().nonnegative(),
  vocabulary: size,
};

/** The model and the sizes that a step is timed with: one line on stdin. Other keys stay as they are. */
const stepConfigSchema = z.looseObject(fields);

/** One line of `peer-configs.jsonl`, without what is for peer_pytorch.py alone. */
export const namedStepConfigSchema = z.object({ name: z.string(), ...fields });

export type StepConfig = z.infer<typeof stepConfigSchema>;
export type NamedStepConfig = z.infer<typeof namedStepConfigSchema>;

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
