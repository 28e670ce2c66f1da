/** A model of the comparison: its own part of a run's configuration. */
export interface Contestant {
  readonly name: string;
  readonly label: string;
  readonly model: Readonly<Record<string, unknown>> & { readonly kind: string };
  /** Peak learning rate: the best of a small grid for each model, since no single one is fair to all. */
  readonly learningRate: number;
}

const blocks = { width: 32, depth: 2, heads: 1 };

/** The seven models of the comparison, in the order of the tables. */
export const contestants: readonly Contestant[] = [
  { name: 'mlp', label: 'MLP', model: { kind: 'mlp', width: 256, depth: 2 }, learningRate: 2e-3 },
  { name: 'lstm', label: 'LSTM', model: { kind: 'lstm', width: 96, depth: 1 }, learningRate: 5e-3 },
  {
    name: 'transformer-dpa',
    label: 'Transformer DPA',
    model: { kind: 'transformer', attention: 'dpa', ...blocks },
    learningRate: 3e-3,
  },
  {
    name: 'transformer-ea',
    label: 'Transformer EA',
    model: { kind: 'transformer', attention: 'ea', ...blocks },
    learningRate: 3e-3,
  },
  {
    name: 'transformer-cog',
    label: 'Transformer Cog',
    model: { kind: 'transformer', attention: 'cog', ...blocks },
    learningRate: 3e-3,
  },
  {
    name: 'cisformer-dpa',
    label: 'Cisformer DPA',
    model: { kind: 'cisformer', attention: 'dpa', ...blocks },
    learningRate: 3e-3,
  },
  {
    name: 'cisformer-ea',
    label: 'Cisformer EA',
    model: { kind: 'cisformer', attention: 'ea', ...blocks },
    learningRate: 3e-3,
  },
];
