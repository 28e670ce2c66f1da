import { isMap, merge, type Values } from './values.ts';

/** A run that has a name: some keys of `switchyard train`, under which file and flags are laid. */
export interface Preset {
  /** One line for the help. */
  readonly summary: string;
  /**
   * Where it repeats something published: (p) its settings are stated by the paper, (c) read in official code, (s) second-hand,
   * (r) our reconstruction. Undefined for what is our own.
   */
  readonly mark?: 'p' | 'c' | 's' | 'r';
  /** A section with a `kind` names it, so that another kind replaces the section. */
  readonly run: Values;
}

/**
 * The presets of `switchyard train --preset <name>`, by name. They are data: a preset means the same run for good, and one
 * that has to change gets another name. Each is checked against the schema of runs (presets.test.ts). CONTRIBUTING, "Add a
 * preset", says what else belongs to one.
 */
export const presets: Readonly<Record<string, Preset>> = {
  quickstart: {
    summary: 'the transformer with dot-product attention of `switchyard compare`: IARC in about a minute',
    run: {
      window: 20,
      batchSize: 100,
      steps: 1500,
      task: { kind: 'iarc' },
      model: { kind: 'transformer', attention: 'dpa', width: 32, depth: 2, heads: 1 },
      optimizer: { kind: 'adam', learningRate: 0.04 },
      schedule: { kind: 'cosine', warmup: 100 },
      clip: 1,
      log: { every: 15 },
      evaluation: { every: 75, batches: 10, batchSize: 200, positions: 'last' },
      checkpoint: { every: 300, keep: 1 },
    },
  },
  // The nearest that studies/iarc-reconstruction-refined came to the published 95 %: with these settings it is not the only model.
  'gros-2025': {
    summary: 'cisformer with expressive attention near 95 % on IARC, under the reading that comes nearest to the paper',
    mark: 'r',
    run: {
      window: 16,
      batchSize: 64,
      steps: 5000,
      loss: 'last',
      task: { kind: 'iarc', context: 'anchor', switching: 'geometric', switchProbability: 0.125 },
      model: {
        ...{ kind: 'cisformer', attention: 'ea', scale: 1, width: 48, depth: 2, heads: 1 },
        ...{ normalization: 'layer', embedding: 'one-hot' },
      },
      optimizer: { kind: 'adamw', learningRate: 0.006 },
      schedule: { kind: 'cosine', warmup: 100 },
      clip: 1,
      log: { every: 50 },
      evaluation: { every: 500, batches: 10, batchSize: 200, positions: 'last' },
      checkpoint: { every: 1000, keep: 1 },
    },
  },
  'cogformer-bytes': {
    summary: 'a Cogformer on the bytes of Moby-Dick: bits per byte as it learns, and text at its end',
    run: {
      window: 128,
      batchSize: 16,
      steps: 1500,
      task: { kind: 'text', tokenizer: 'bytes' },
      model: { kind: 'cogformer', width: 96, depth: 4, heads: 4 },
      optimizer: { kind: 'adamw', learningRate: 0.004 },
      schedule: { kind: 'cosine', warmup: 100 },
      clip: 1,
      log: { every: 10 },
      evaluation: { every: 150, batches: 4, batchSize: 32, positions: 'all' },
      checkpoint: { every: 300, keep: 1 },
    },
  },
  'uvic-mnist': {
    summary: 'a U-ViT with Cog attention that learns to write digits; a grid of samples grows in the run directory',
    run: {
      batchSize: 16,
      steps: 20_000,
      task: { kind: 'images', source: 'mnist', sampling: { images: 100, steps: 12, guidance: 3 } },
      model: { kind: 'uvit', attention: 'cog', width: 64, depth: 5, heads: 4, patch: 4 },
      optimizer: { kind: 'adamw', learningRate: 0.003, weightDecay: 0.03, beta1: 0.9, beta2: 0.99 },
      schedule: { kind: 'cosine', warmup: 200 },
      averaging: 0.999,
      clip: 1,
      log: { every: 20 },
      evaluation: { every: 2000, batches: 2, batchSize: 100 },
      checkpoint: { every: 2000, keep: 1 },
    },
  },
};

/** A summary with its mark: `the reading of … (r)`. */
export function presetSummary({ summary, mark }: Preset): string {
  return mark === undefined ? summary : `${summary} (${mark})`;
}

/**
 * Lays values over those of a preset. A section of another kind replaces the whole section: what a preset says of a
 * transformer means nothing to an LSTM.
 */
export function overPreset(preset: Values, values: Values): Values {
  const kept = Object.entries(preset).filter(([name, section]) => {
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    return !isMap(section) || !isMap(given) || given.kind === undefined || given.kind === section.kind;
  });
  return merge(Object.fromEntries(kept), values);
}
