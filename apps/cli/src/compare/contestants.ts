/** A model of the comparison: its own part of a run's configuration. */
export interface Contestant {
  readonly name: string;
  readonly label: string;
  readonly model: Readonly<Record<string, unknown>> & { readonly kind: string };
  /** Peak learning rate: for each model the best of 0.001, 0.003, 0.01, 0.02 and 0.04 after 1000 steps of seed 0. */
  readonly learningRate: number;
}

const blocks = { width: 32, depth: 2, heads: 1 };

/** The seven models of the comparison, in the order of the tables. */
export const contestants: readonly Contestant[] = [
  { name: 'mlp', label: 'MLP', model: { kind: 'mlp', width: 256, depth: 2 }, learningRate: 0.01 },
  { name: 'lstm', label: 'LSTM', model: { kind: 'lstm', width: 96, depth: 1 }, learningRate: 0.01 },
  {
    name: 'transformer-dpa',
    label: 'Transformer DPA',
    model: { kind: 'transformer', attention: 'dpa', ...blocks },
    learningRate: 0.04,
  },
  {
    name: 'transformer-ea',
    label: 'Transformer EA',
    model: { kind: 'transformer', attention: 'ea', ...blocks },
    learningRate: 0.02,
  },
  {
    name: 'transformer-cog',
    label: 'Transformer Cog',
    model: { kind: 'transformer', attention: 'cog', ...blocks },
    learningRate: 0.04,
  },
  {
    name: 'cisformer-dpa',
    label: 'Cisformer DPA',
    model: { kind: 'cisformer', attention: 'dpa', ...blocks },
    learningRate: 0.01,
  },
  {
    name: 'cisformer-ea',
    label: 'Cisformer EA',
    model: { kind: 'cisformer', attention: 'ea', ...blocks },
    learningRate: 0.01,
  },
];
