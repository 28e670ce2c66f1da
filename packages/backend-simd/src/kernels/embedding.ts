import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorEntry } from '../tensor-entry.ts';
import { entriesOf, hasShape } from './check.ts';
import { define } from './define.ts';
import type { DenseAttributes } from './dense.ts';
import { partialSums } from './partial-sums.ts';

const embeddingRule = 'tokens int32 [...], table [vocabulary, width]';
const denseRule = 'tokens int32 [batch, window], kernel [window·vocabulary, units], optionally bias [units]';

/** Rows of the table by token, zeros for a token outside [0, vocabulary). */
const embedding = define<TensorInfo[], object>('SwitchyardEmbedding', ({ inputs, backend }) => {
  const [tokens, table] = inputs as [TensorInfo, TensorInfo];
  const fits = inputs.length === 2 && table.shape.length === 2;
  const entries = entriesOf(backend, 'SwitchyardEmbedding', inputs, fits, embeddingRule, ['int32']);
  const [ids, rows] = entries as [TensorEntry, TensorEntry];
  const [vocabulary, width] = table.shape as [number, number];
  const output = backend.output([...tokens.shape, width], 'float32');
  const to = backend.entry(output).address;
  backend.wasm.tokenRows(ids.address, rows.address, 0, to, ids.length, 1, vocabulary, width, 0);
  return output;
});

/** ∂table from [∂y, tokens, table]: the sum of the rows of every token. */
const embeddingGradient = define<TensorInfo[], object>('SwitchyardEmbeddingGrad', ({ inputs, backend }) => {
  const [dy, tokens, table] = inputs as [TensorInfo, TensorInfo, TensorInfo];
  const fits = inputs.length === 3 && table.shape.length === 2 && hasShape(dy, ...tokens.shape, table.shape[1]!);
  const rule = `dy, ${embeddingRule}`;
  const entries = entriesOf(backend, 'SwitchyardEmbeddingGrad', inputs, fits, rule, ['float32', 'int32']);
  const [up, ids] = entries as [TensorEntry, TensorEntry];
  const [vocabulary, width] = table.shape as [number, number];
  const output = backend.output(table.shape, 'float32');
  const to = backend.entry(output).address;
  backend.wasm.tokenRowsGradient(up.address, ids.address, to, ids.length, 1, vocabulary, width);
  return output;
});

/** Sizes of a dense layer on one-hot tokens, and whether its inputs have them. */
function sizes(tokens: TensorInfo, kernel: TensorInfo) {
  const [batch = 0, window = 0] = tokens.shape;
  const [rows = 0, units = 0] = kernel.shape;
  const vocabulary = rows / window;
  const fits = tokens.shape.length === 2 && Number.isInteger(vocabulary) && hasShape(kernel, rows, units);
  return { batch, window, vocabulary, units, fits };
}

/** activation(x·kernel + bias) with x the one-hot rows of the tokens side by side: `window` rows of the kernel an example. */
const tokenDense = define<TensorInfo[], DenseAttributes>('SwitchyardTokenDense', ({ inputs, backend, attrs }) => {
  const [tokens, kernel, bias] = inputs as [TensorInfo, TensorInfo, TensorInfo | undefined];
  const { batch, window, vocabulary, units, fits } = sizes(tokens, kernel);
  const all = fits && (!bias || hasShape(bias, units));
  const [ids, weights, shift = 0] = entriesOf(backend, 'SwitchyardTokenDense', inputs, all, denseRule, ['int32']).map(
    ({ address }) => address,
  ) as [number, number, number | undefined];
  const output = backend.output([batch, units], 'float32');
  const to = backend.entry(output).address;
  const relu = attrs.activation === 'relu' ? 1 : 0;
  backend.wasm.tokenRows(ids, weights, shift, to, batch, window, vocabulary, units, relu);
  return output;
});

/** [∂kernel, ∂bias] from [∂y, tokens, kernel, y]. */
const tokenDenseGradient = define<TensorInfo[], DenseAttributes>(
  'SwitchyardTokenDenseGrad',
  ({ inputs, backend, attrs }) => {
    const [dy, tokens, kernel, y] = inputs as [TensorInfo, TensorInfo, TensorInfo, TensorInfo];
    const { batch, window, vocabulary, units, fits } = sizes(tokens, kernel);
    const all = inputs.length === 4 && fits && hasShape(dy, batch, units) && hasShape(y, batch, units);
    const rule = `dy, ${denseRule}, y`;
    const entries = entriesOf(backend, 'SwitchyardTokenDenseGrad', inputs, all, rule, ['float32', 'int32']);
    const [up, ids, , result] = entries as [TensorEntry, TensorEntry, TensorEntry, TensorEntry];
    const { wasm } = backend;
    const outputs = [kernel.shape, [units]].map((shape) => backend.output(shape, 'float32'));
    const [dkernel, dbias] = outputs.map((output) => backend.entry(output).address) as [number, number];
    const masked = attrs.activation === 'relu' ? backend.output(y.shape, 'float32') : undefined;
    const slope = masked ? backend.entry(masked).address : up.address;
    if (masked) {
      partialSums(backend, batch, units, [dbias], (blocks, [sums]) => {
        wasm.reluGradient(up.address, result.address, slope, sums!, blocks, batch, units);
      });
    } else wasm.reduceSum(slope, dbias, 1, batch, units, 1);
    wasm.tokenRowsGradient(slope, ids.address, dkernel, batch, window, vocabulary, units);
    if (masked) backend.disposeIntermediateTensorInfo(masked);
    return outputs;
  },
);

export const embeddingKernels = (): KernelConfig[] => [embedding, embeddingGradient, tokenDense, tokenDenseGradient];
