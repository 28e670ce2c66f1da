import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { entriesOf, hasShape } from './check.ts';
import { define } from './define.ts';

const rule =
  'x [batch, window, features], kernel [features, 4·units], recurrent kernel [units, 4·units], bias [4·units]';

interface Sizes {
  batch: number;
  window: number;
  features: number;
  units: number;
}

function sizesOf(x: TensorInfo | undefined, recurrent: TensorInfo | undefined): Sizes {
  const [batch = 0, window = 0, features = 0] = x?.shape ?? [];
  return { batch, window, features, units: recurrent?.shape[0] ?? 0 };
}

/** [hidden states, gates, cell states] from [x, kernel, recurrent kernel, bias]. */
const lstm = define<TensorInfo[], object>('SwitchyardLstm', ({ inputs, backend }) => {
  const [x, kernel, recurrent, bias] = inputs as [TensorInfo, TensorInfo, TensorInfo, TensorInfo];
  const { batch, window, features, units } = sizesOf(x, recurrent);
  const fits =
    inputs.length === 4 &&
    x.shape.length === 3 &&
    hasShape(kernel, features, 4 * units) &&
    hasShape(recurrent, units, 4 * units) &&
    hasShape(bias, 4 * units);
  const [from, weights, recurrence, shift] = entriesOf(backend, 'SwitchyardLstm', inputs, fits, rule).map(
    ({ address }) => address,
  ) as [number, number, number, number];
  const outputs = [units, 4 * units, units].map((size) => backend.output([batch, window, size], 'float32'));
  const [hidden, gates, cells] = outputs.map((output) => backend.entry(output).address) as [number, number, number];
  backend.wasm.lstm(from, weights, recurrence, shift, hidden, gates, cells, batch, window, features, units);
  return outputs;
});

/** [∂x, ∂kernel, ∂recurrent kernel, ∂bias] from [∂hidden, x, kernel, recurrent kernel, hidden, gates, cells]. */
const gradient = define<TensorInfo[], object>('SwitchyardLstmGrad', ({ inputs, backend }) => {
  const [dy, x, kernel, recurrent] = inputs as [TensorInfo, TensorInfo, TensorInfo, TensorInfo];
  const { batch, window, features, units } = sizesOf(x, recurrent);
  const fits = inputs.length === 7 && hasShape(dy, batch, window, units) && hasShape(kernel, features, 4 * units);
  const entries = entriesOf(backend, 'SwitchyardLstmGrad', inputs, fits, `dhidden, ${rule}, hidden, gates, cells`);
  const from = entries.map(({ address }) => address) as [number, number, number, number, number, number, number];
  const outputs = [x.shape, kernel.shape, recurrent.shape, [4 * units]].map((shape) =>
    backend.output(shape, 'float32'),
  );
  const [dx, dkernel, drecurrent, dbias] = outputs.map((output) => backend.entry(output).address) as [
    number,
    number,
    number,
    number,
  ];
  const working = [
    [batch, window, 4 * units],
    [batch, window, units],
    [batch, units],
    [batch, units],
  ].map((shape) => backend.output(shape, 'float32'));
  const [dgates, previous, dhidden, dcell] = working.map((tensor) => backend.entry(tensor).address) as [
    number,
    number,
    number,
    number,
  ];
  const { wasm } = backend;
  // biome-ignore format: one call
  wasm.lstmGradient(...from, dx, dkernel, drecurrent, dgates, previous, dhidden, dcell, batch, window, features, units);
  wasm.reduceSum(dgates, dbias, 1, batch * window, 4 * units, 1);
  for (const tensor of working) backend.disposeIntermediateTensorInfo(tensor);
  return outputs;
});

export const lstmKernels = (): KernelConfig[] => [lstm, gradient];
