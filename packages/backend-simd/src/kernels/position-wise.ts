import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { entriesOf, hasShape } from './check.ts';
import { define } from './define.ts';
import { partialSums } from './partial-sums.ts';

/** Attributes of `SwitchyardPositionWiseDense` and its gradient. */
export interface PositionWiseAttributes {
  activation: 'linear' | 'relu';
}

const rule = 'x [batch, window, in], kernel [window, in, out], optionally bias [window, out]';

/** y[:, t] = activation(x[:, t]·kernel[t] + bias[t]): one product per position, on rows `window` apart. */
const dense = define<TensorInfo[], PositionWiseAttributes>(
  'SwitchyardPositionWiseDense',
  ({ inputs, backend, attrs }) => {
    const [x, kernel, bias] = inputs as [TensorInfo, TensorInfo, TensorInfo | undefined];
    const [batch = 0, window = 0, features = 0] = x.shape;
    const units = kernel?.shape[2] ?? 0;
    const fits =
      x.shape.length === 3 && hasShape(kernel, window, features, units) && (!bias || hasShape(bias, window, units));
    const [from, weights, shift = 0] = entriesOf(backend, 'SwitchyardPositionWiseDense', inputs, fits, rule).map(
      ({ address }) => address,
    ) as [number, number, number | undefined];
    const output = backend.output([batch, window, units], 'float32');
    const to = backend.entry(output).address;
    const [inBytes, outBytes] = [4 * features, 4 * units];
    const relu = attrs.activation === 'relu' ? 1 : 0;
    // biome-ignore format: strides of batches first, then addresses with their row strides
    backend.wasm.matmul(
    window, inBytes, features * outBytes, outBytes, shift === 0 ? 0 : outBytes,
    from, window * inBytes, weights, outBytes, to, window * outBytes, batch, units, features, 0, 0, shift, relu,
  );
    return output;
  },
);

/** [∂x, ∂kernel, ∂bias] from [∂y, x, kernel, y]. */
const gradient = define<TensorInfo[], PositionWiseAttributes>(
  'SwitchyardPositionWiseDenseGrad',
  ({ inputs, backend, attrs }) => {
    const [dy, x, kernel, y] = inputs as [TensorInfo, TensorInfo, TensorInfo, TensorInfo];
    const [batch = 0, window = 0, features = 0] = x.shape;
    const units = kernel?.shape[2] ?? 0;
    const fits = inputs.length === 4 && hasShape(dy, batch, window, units) && hasShape(y, batch, window, units);
    const [up, from, weights, result] = entriesOf(
      backend,
      'SwitchyardPositionWiseDenseGrad',
      inputs,
      fits,
      `dy, ${rule}, y`,
    );
    const { wasm } = backend;
    const outputs = [x.shape, kernel.shape, [window, units]].map((shape) => backend.output(shape, 'float32'));
    const [dx, dkernel, dbias] = outputs.map((output) => backend.entry(output).address) as [number, number, number];
    let slope = up!.address;
    let masked: TensorInfo | undefined;
    if (attrs.activation === 'relu') {
      masked = backend.output(dy.shape, 'float32');
      slope = backend.entry(masked).address;
      partialSums(backend, batch, window * units, [dbias], (blocks, [sums]) => {
        wasm.reluGradient(up!.address, result!.address, slope, sums!, blocks, batch, window * units);
      });
    } else wasm.reduceSum(slope, dbias, 1, batch, window * units, 1);
    const [inBytes, outBytes] = [4 * features, 4 * units];
    const [xStep, yStep] = [window * inBytes, window * outBytes];
    // biome-ignore format: strides of batches first, then addresses with their row strides
    wasm.matmul(
    window, outBytes, features * outBytes, inBytes, 0,
    slope, yStep, weights!.address, outBytes, dx, xStep, batch, features, units, 0, 1, 0, 0,
  );
    // biome-ignore format: as above
    wasm.matmul(
    window, inBytes, outBytes, features * outBytes, 0,
    from!.address, xStep, slope, yStep, dkernel, outBytes, features, units, batch, 1, 0, 0, 0,
  );
    if (masked !== undefined) backend.disposeIntermediateTensorInfo(masked);
    return outputs;
  },
);

export const positionWiseKernels = (): KernelConfig[] => [dense, gradient];
