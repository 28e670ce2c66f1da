import { type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { entriesOf, hasShape } from './check.ts';
import { define } from './define.ts';
import { partialSums } from './partial-sums.ts';

/** Attributes of `SwitchyardDense` and its gradient. */
export interface DenseAttributes {
  activation: 'linear' | 'relu';
  /** Of the gradient alone: false where there is no bias, whose gradient costs a pass over ∂y. Default true. */
  useBias?: boolean;
}

const rule = 'x [..., in] with two axes or more, kernel [in, out], optionally bias [out], then residual [..., out]';

/** The product as one of matrices: x as [rows, features] times [features, units]. */
function sizes(x: TensorInfo, kernel: TensorInfo | undefined): { rows: number; features: number; units: number } {
  return {
    rows: util.sizeFromShape(x.shape.slice(0, -1)),
    features: x.shape.at(-1) ?? 0,
    units: kernel?.shape[1] ?? 0,
  };
}

/** y = activation(x·kernel + bias + residual). */
const dense = define<TensorInfo[], DenseAttributes>('SwitchyardDense', ({ inputs, backend, attrs }) => {
  const [x, kernel, bias, residual] = inputs as [TensorInfo, TensorInfo, TensorInfo?, TensorInfo?];
  const { rows, features, units } = sizes(x, kernel);
  const shape = [...x.shape.slice(0, -1), units];
  const fits =
    x.shape.length >= 2 &&
    features > 0 &&
    hasShape(kernel, features, units) &&
    (!bias || hasShape(bias, units)) &&
    (!residual || hasShape(residual, ...shape));
  const [from, weights, shift = 0, sum] = entriesOf(backend, 'SwitchyardDense', inputs, fits, rule).map(
    ({ address }) => address,
  ) as [number, number, number?, number?];
  const output = backend.output(shape, 'float32');
  const to = backend.entry(output).address;
  const [inBytes, outBytes] = [4 * features, 4 * units];
  const relu = attrs.activation === 'relu' ? 1 : 0;
  if (sum !== undefined) {
    backend.wasm.matmulResidual(from, weights, to, rows, units, features, shift, relu, sum);
    return output;
  }
  // biome-ignore format: strides of batches first, then addresses with their row strides
  backend.wasm.matmul(
    1, 0, 0, 0, 0,
    from, inBytes, weights, outBytes, to, outBytes, rows, units, features, 0, 0, shift, relu,
  );
  return output;
});

/**
 * [∂kernel, ∂bias] from [∂y, x, kernel, y], and with relu ∂z = ∂y ⊙ (y > 0); ∂kernel alone where a linear layer has no bias.
 * ∂x = ∂z·kernelᵀ is left to whoever needs it: the first layer of a model does not.
 */
const gradient = define<TensorInfo[], DenseAttributes>('SwitchyardDenseGrad', ({ inputs, backend, attrs }) => {
  const [dy, x, kernel, y] = inputs as [TensorInfo, TensorInfo, TensorInfo, TensorInfo];
  const { rows, features, units } = sizes(x, kernel);
  const shape = [...x.shape.slice(0, -1), units];
  const fits = inputs.length === 4 && hasShape(dy, ...shape) && hasShape(y, ...shape);
  const [up, from, , result] = entriesOf(backend, 'SwitchyardDenseGrad', inputs, fits, `dy, ${rule}, y`);
  const { wasm } = backend;
  const { activation, useBias = true } = attrs;
  const shapes = [kernel.shape, ...(useBias || activation === 'relu' ? [[units]] : [])];
  const outputs = shapes.map((size) => backend.output(size, 'float32'));
  const [dkernel, dbias] = outputs.map((output) => backend.entry(output).address) as [number, number?];
  let slope = up!.address;
  if (dbias !== undefined && activation === 'relu') {
    const masked = backend.output(shape, 'float32');
    slope = backend.entry(masked).address;
    partialSums(backend, rows, units, [dbias], (blocks, [sums]) => {
      wasm.reluGradient(up!.address, result!.address, slope, sums!, blocks, rows, units);
    });
    outputs.push(masked);
  } else if (dbias !== undefined) wasm.reduceSum(slope, dbias, 1, rows, units, 1);
  // A product over no rows writes nothing.
  if (rows === 0) wasm.fill(dkernel, 0, features * units);
  // biome-ignore format: strides of batches first, then addresses with their row strides
  wasm.matmul(
    1, 0, 0, 0, 0,
    from!.address, 4 * features, slope, 4 * units, dkernel, 4 * units, features, units, rows, 1, 0, 0, 0,
  );
  return outputs;
});

export const denseKernels = (): KernelConfig[] => [dense, gradient];
