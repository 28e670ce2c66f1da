import type { CogformerConfig } from './cogformer.ts';
import { type OfficialWeight, renamed, transposed } from './official-weights.ts';

/**
 * The names of a Cogformer's weights in the official code of [L24] (c), trestad/CogAttn. All of its matrices map x to x·W but that of
 * the head, which is stored as [units, inputs].
 */
export function cogformerOfficialWeights(config: CogformerConfig): OfficialWeight[] {
  const { vocabulary, width, depth, feedForward } = config;
  const blocks = Array.from({ length: depth }, (_, index): OfficialWeight[] => {
    const [ours, theirs] = [`block-${index}`, `layers.${index}`];
    const expert = `${theirs}.ffn.shared_experts.0`;
    const beside = (names: readonly string[], units: number) =>
      names.map((name) => ({ name, shape: [width, units] as const }));
    const projections = ['qw', 'kw', 'vw'].map((name) => `${theirs}.attention.${name}`);
    return [
      renamed(`${ours}/attention-norm/gamma`, `${theirs}.attention_norm.weight`, [width]),
      { weight: `${ours}/attention/query_key_value/kernel`, tensors: beside(projections, width) },
      renamed(`${ours}/attention/output/kernel`, `${theirs}.attention.ow`, [width, width]),
      renamed(`${ours}/feed-forward-norm/gamma`, `${theirs}.ffn_norm.weight`, [width]),
      { weight: `${ours}/feed-forward/hidden/kernel`, tensors: beside([`${expert}.pw`, `${expert}.gw`], feedForward) },
      renamed(`${ours}/feed-forward/output/kernel`, `${expert}.ow`, [feedForward, width]),
    ];
  });
  return [
    renamed('embedding/kernel', 'embedding.weight', [vocabulary, width]),
    ...blocks.flat(),
    renamed('norm/gamma', 'norm.weight', [width]),
    transposed('head/kernel', 'output.weight', width, vocabulary),
  ];
}
