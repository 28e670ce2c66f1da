import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { TensorEntry } from '../tensor-entry.ts';
import { entriesOf } from './check.ts';
import { define } from './define.ts';

const rule =
  'logits float32 [..., vocabulary], targets int32 and mask float32 with one element for every row of logits';

function fits([logits, targets, mask]: readonly TensorInfo[]): boolean {
  if (logits === undefined || targets === undefined || mask === undefined) return false;
  const rows = util.sizeFromShape(logits.shape.slice(0, -1));
  return (
    logits.shape.length > 0 && util.sizeFromShape(targets.shape) === rows && util.sizeFromShape(mask.shape) === rows
  );
}

/** [loss, statistics]: the mean cross-entropy of the unmasked rows, a scalar, and [rows, 2] for the gradient. */
const maskedCrossEntropy = define<TensorInfo[], object>('SwitchyardMaskedCrossEntropy', ({ inputs, backend }) => {
  const entries = entriesOf(
    backend,
    'SwitchyardMaskedCrossEntropy',
    inputs,
    inputs.length === 3 && fits(inputs),
    rule,
    ['float32', 'int32'],
  ) as [TensorEntry, TensorEntry, TensorEntry];
  const [logits, targets, mask] = entries;
  const loss = backend.output([], 'float32');
  const statistics = backend.output([mask.length, 2], 'float32');
  const vocabulary = inputs[0]!.shape.at(-1)!;
  backend.wasm.maskedCrossEntropy(
    logits.address,
    targets.address,
    mask.address,
    backend.entry(loss).address,
    backend.entry(statistics).address,
    mask.length,
    vocabulary,
  );
  return [loss, statistics];
});

/** Its gradient for the logits from [∂loss, logits, targets, mask, statistics]. */
const gradient = define<TensorInfo[], object>('SwitchyardMaskedCrossEntropyGrad', ({ inputs, backend }) => {
  const [dy, logits, targets, mask, statistics] = entriesOf(
    backend,
    'SwitchyardMaskedCrossEntropyGrad',
    inputs,
    inputs.length === 5 && fits(inputs.slice(1)),
    `dy float32 [], ${rule}, statistics`,
    ['float32', 'float32', 'int32'],
  ) as [TensorEntry, TensorEntry, TensorEntry, TensorEntry, TensorEntry];
  const output = backend.output(inputs[1]!.shape, 'float32');
  const vocabulary = inputs[1]!.shape.at(-1)!;
  const to = backend.entry(output).address;
  backend.wasm.maskedCrossEntropyGradient(
    logits.address,
    targets.address,
    mask.address,
    statistics.address,
    dy.address,
    to,
    mask.length,
    vocabulary,
  );
  return output;
});

export const lossKernels = (): KernelConfig[] => [maskedCrossEntropy, gradient];
