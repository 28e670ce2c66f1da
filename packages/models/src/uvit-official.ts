import { type OfficialWeight, renamed, transposed } from './official-weights.ts';
import { type UvitConfig, uvitWindow } from './uvit.ts';

/**
 * Names and layouts of the official U-ViT and U-ViC code (c): products as [out, in], convolutions as [out, in, height, width].
 * (The code of class-conditional models has a row for every id of `label_emb`: their `num_classes` is our classes + 1.)
 */
export function uvitOfficialWeights(config: UvitConfig): OfficialWeight[] {
  const { patch, channels, width, depth, classes, contextTokens, contextWidth } = config;
  const half = Array.from({ length: Math.floor(depth / 2) }, (_, index) => index);
  const pixels = patch * patch * channels;
  const convolution = [2, 3, 1, 0]; // → [height, width, in, out]
  return [
    renamed('patches/kernel', 'patch_embed.proj.weight', [width, channels, patch, patch], convolution),
    renamed('patches/bias', 'patch_embed.proj.bias', [width]),
    ...(classes > 0 ? [renamed('class/kernel', 'label_emb.weight', [classes + 1, width])] : []),
    ...(contextTokens > 0
      ? [
          transposed('context-tokens/kernel', 'context_embed.weight', contextWidth, width),
          renamed('context-tokens/bias', 'context_embed.bias', [width]),
        ]
      : []),
    renamed('positions/table', 'pos_embed', [1, uvitWindow(config), width]),
    ...half.flatMap((index) => blockWeights(`in-${index}`, `in_blocks.${index}`, config)),
    ...blockWeights('middle', 'mid_block', config),
    ...half.flatMap((index) => [
      transposed(`out-${index}/skip/kernel`, `out_blocks.${index}.skip_linear.weight`, 2 * width, width),
      renamed(`out-${index}/skip/bias`, `out_blocks.${index}.skip_linear.bias`, [width]),
      ...blockWeights(`out-${index}`, `out_blocks.${index}`, config),
    ]),
    renamed('norm/gamma', 'norm.weight', [width]),
    renamed('norm/beta', 'norm.bias', [width]),
    transposed('decoder/kernel', 'decoder_pred.weight', width, pixels),
    renamed('decoder/bias', 'decoder_pred.bias', [pixels]),
    renamed('noise/kernel', 'final_layer.weight', [channels, channels, 3, 3], convolution),
    renamed('noise/bias', 'final_layer.bias', [channels]),
  ];
}

function blockWeights(ours: string, theirs: string, { width, feedForward }: UvitConfig): OfficialWeight[] {
  return [
    renamed(`${ours}/attention-norm/gamma`, `${theirs}.norm1.weight`, [width]),
    renamed(`${ours}/attention-norm/beta`, `${theirs}.norm1.bias`, [width]),
    transposed(`${ours}/attention/query_key_value/kernel`, `${theirs}.attn.qkv.weight`, width, 3 * width),
    transposed(`${ours}/attention/output/kernel`, `${theirs}.attn.proj.weight`, width, width),
    renamed(`${ours}/attention/output/bias`, `${theirs}.attn.proj.bias`, [width]),
    renamed(`${ours}/feed-forward-norm/gamma`, `${theirs}.norm2.weight`, [width]),
    renamed(`${ours}/feed-forward-norm/beta`, `${theirs}.norm2.bias`, [width]),
    transposed(`${ours}/feed-forward/hidden/kernel`, `${theirs}.mlp.fc1.weight`, width, feedForward),
    renamed(`${ours}/feed-forward/hidden/bias`, `${theirs}.mlp.fc1.bias`, [feedForward]),
    transposed(`${ours}/feed-forward/output/kernel`, `${theirs}.mlp.fc2.weight`, feedForward, width),
    renamed(`${ours}/feed-forward/output/bias`, `${theirs}.mlp.fc2.bias`, [width]),
  ];
}
