/** What the ratios (a peer's time divided by ours) must reach. */
export interface Target {
  readonly config: string;
  readonly peer: string;
  readonly atLeast: number;
}

const groups: readonly { configs: readonly string[]; atLeast: Readonly<Record<string, number>> }[] = [
  {
    configs: ['transformer-dpa small', 'transformer-ea small', 'transformer-cog small', 'cisformer-ea small'],
    atLeast: { 'pytorch-eager': 1.5, 'pytorch-compiled': 1, 'tfjs-node': 4, 'tfjs-wasm': 10 },
  },
  {
    configs: ['lstm small', 'mlp small'],
    atLeast: { 'pytorch-eager': 1.2, 'pytorch-compiled': 1, 'tfjs-node': 4, 'tfjs-wasm': 5 },
  },
  {
    configs: ['transformer-dpa medium', 'transformer-ea medium', 'cisformer-ea medium'],
    atLeast: { 'pytorch-eager': 1, 'pytorch-compiled': 0.9, 'tfjs-node': 2, 'tfjs-wasm': 20 },
  },
  {
    configs: ['transformer-ea large'],
    atLeast: { 'pytorch-eager': 0.8, 'pytorch-compiled': 0.7, 'tfjs-node': 1, 'tfjs-wasm': 10 },
  },
  {
    configs: ['cogformer bytes', 'uvit mnist'],
    atLeast: { 'pytorch-eager': 1, 'pytorch-compiled': 0.8, 'tfjs-node': 1, 'tfjs-wasm': 10 },
  },
];

export const targets: readonly Target[] = groups.flatMap(({ configs, atLeast }) =>
  configs.flatMap((config) => Object.entries(atLeast).map(([peer, value]) => ({ config, peer, atLeast: value }))),
);
