import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { entriesOf, hasShape } from './check.ts';
import { define } from './define.ts';

type Three<T> = [T, T, T];
type Five<T> = [T, T, T, T, T];

function outputsOf(backend: SimdBackend, shapes: readonly number[][]): TensorInfo[] {
  return shapes.map((shape) => backend.output(shape, 'float32'));
}

function addressesOf(backend: SimdBackend, tensors: readonly TensorInfo[]): number[] {
  return tensors.map((tensor) => backend.entry(tensor).address);
}

function dispose(backend: SimdBackend, tensors: readonly TensorInfo[]): void {
  for (const tensor of tensors) backend.disposeIntermediateTensorInfo(tensor);
}

/** Shape of a matrix [rows, columns] in panels of 8 columns. */
const inPanels = (rows: number, columns: number): number[] => [Math.ceil(columns / 8), rows, 8];

/** [hidden states, gates, cell states] from [projected inputs, recurrent kernel, bias]. */
const lstm = define<TensorInfo[], object>('SwitchyardLstm', ({ inputs, backend }) => {
  const [projected, recurrent, bias] = inputs as Three<TensorInfo>;
  const [batch = 0, window = 0] = projected.shape;
  const units = recurrent?.shape[0] ?? 0;
  const fits =
    inputs.length === 3 &&
    hasShape(projected, batch, window, 4 * units) &&
    hasShape(recurrent, units, 4 * units) &&
    hasShape(bias, 4 * units);
  const rule = 'projected inputs [batch, window, 4·units], recurrent kernel [units, 4·units], bias [4·units]';
  entriesOf(backend, 'SwitchyardLstm', inputs, fits, rule);
  const outputs = outputsOf(
    backend,
    [units, 4 * units, units].map((size) => [batch, window, size]),
  );
  const working = outputsOf(backend, [inPanels(units, 4 * units)]);
  const [x, recurrence, shift] = addressesOf(backend, inputs) as Three<number>;
  const [hidden, gates, cells] = addressesOf(backend, outputs) as Three<number>;
  const [panels] = addressesOf(backend, working) as [number];
  backend.wasm.lstm(x, recurrence, shift, panels, hidden, gates, cells, batch, window, units);
  dispose(backend, working);
  return outputs;
});

/** [∂projected inputs, ∂recurrent kernel, ∂bias] from [∂hidden, recurrent kernel, hidden, gates, cells]. */
const gradient = define<TensorInfo[], object>('SwitchyardLstmGrad', ({ inputs, backend }) => {
  const [dy, recurrent, hidden, gates, cells] = inputs as Five<TensorInfo>;
  const [batch = 0, window = 0, units = 0] = dy.shape;
  const rows = batch * window;
  const fits =
    inputs.length === 5 &&
    hasShape(recurrent, units, 4 * units) &&
    hasShape(gates, batch, window, 4 * units) &&
    [dy, hidden, cells].every((states) => hasShape(states, batch, window, units));
  const rule = 'dhidden [batch, window, units], recurrent kernel [units, 4·units], hidden, gates, cells';
  entriesOf(backend, 'SwitchyardLstmGrad', inputs, fits, rule);
  const outputs = outputsOf(backend, [gates.shape, recurrent.shape, [4 * units]]);
  const working = outputsOf(backend, [inPanels(4 * units, units), hidden.shape, [batch, units], [batch, units]]);
  const from = addressesOf(backend, inputs) as Five<number>;
  const [dgates, drecurrent, dbias] = addressesOf(backend, outputs) as Three<number>;
  const [panels, previous, dhidden, dcell] = addressesOf(backend, working) as [number, ...Three<number>];
  const { wasm } = backend;
  wasm.lstmGradient(...from, panels, dgates, previous, dhidden, dcell, batch, window, units);
  // A product over no rows writes nothing.
  if (rows === 0) wasm.fill(drecurrent, 0, 4 * units * units);
  // biome-ignore format: strides of batches first, then addresses with their row strides
  wasm.matmul(
    1, 0, 0, 0, 0,
    previous, 4 * units, dgates, 16 * units, drecurrent, 16 * units, units, 4 * units, rows, 1, 0, 0, 0,
  );
  wasm.reduceSum(dgates, dbias, 1, rows, 4 * units, 1);
  dispose(backend, working);
  return outputs;
});

export const lstmKernels = (): KernelConfig[] => [lstm, gradient];
