import {
  type _FusedMatMulAttrs,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  broadcast_util,
  type KernelConfig,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import { runBinary } from './binary.ts';
import { cpuKernel, define } from './define.ts';
import { broadcast } from './strides.ts';

interface Product {
  a: TensorInfo;
  b: TensorInfo;
  transposeA: boolean;
  transposeB: boolean;
  /** Address of as many floats as the product has columns, or 0. */
  bias: number;
  relu: boolean;
}

/** act(A·B + bias) over broadcast batches. */
function product(backend: SimdBackend, { a, b, transposeA, transposeB, bias, relu }: Product): TensorInfo {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  const aBatches = a.shape.slice(0, -2);
  const bBatches = b.shape.slice(0, -2);
  const batches = broadcast_util.assertAndGetBroadcastShape(aBatches, bBatches);
  util.assert(
    k === inner,
    () =>
      `Error in matMul: inner shapes (${k}) and (${inner}) of Tensors with shapes ${a.shape} and ${b.shape} and ` +
      `transposeA=${transposeA} and transposeB=${transposeB} must match.`,
  );
  const output = backend.output([...batches, m, n], 'float32');
  const from = backend.entry(a).address;
  const weights = backend.entry(b).address;
  const { address: to, length } = backend.entry(output);
  const { wasm } = backend;
  if (length === 0) return output;
  if (k === 0) {
    if (bias === 0) wasm.fill(to, 0, length);
    else wasm.stridedCopy(bias, to, 1, 1, length / n, n, 0, 0, 0, 1, 0, 0, n, 1);
    if (relu) wasm.relu(to, to, length, 0);
    return output;
  }
  const flagA = transposeA ? 1 : 0;
  const flagB = transposeB ? 1 : 0;
  const flagRelu = relu ? 1 : 0;
  const count = length / (m * n);
  const [aStep, bStep, cStep] = [4 * aColumns, 4 * bColumns, 4 * n];
  // One matrix B for all of A's batches: their rows are the rows of one larger product.
  if (count === 1 || (util.sizeFromShape(bBatches) === 1 && !transposeA)) {
    wasm.matmul(1, 0, 0, 0, 0, from, aStep, weights, bStep, to, cStep, m * count, n, k, flagA, flagB, bias, flagRelu);
    return output;
  }
  const loops = broadcast(batches, aBatches, bBatches);
  if (loops === undefined) {
    throw new SimdError(
      'SWITCHYARD_SIMD_SHAPE',
      `matMul of [${a.shape}] and [${b.shape}]: their batches broadcast over more than four dimensions; reshape them.`,
    );
  }
  const { sizes, a: s, b: t } = loops;
  const aBytes = 4 * m * k;
  const bBytes = 4 * k * n;
  const cBytes = 4 * m * n;
  const [aBatch, bBatch] = [aBytes * s[3], bBytes * t[3]];
  let result = to;
  for (let i0 = 0; i0 < sizes[0]; i0++) {
    for (let i1 = 0; i1 < sizes[1]; i1++) {
      for (let i2 = 0; i2 < sizes[2]; i2++) {
        const left = from + aBytes * (i0 * s[0] + i1 * s[1] + i2 * s[2]);
        const right = weights + bBytes * (i0 * t[0] + i1 * t[1] + i2 * t[2]);
        // biome-ignore format: one call
        wasm.matmul(sizes[3], aBatch, bBatch, cBytes, 0, left, aStep, right, bStep, result, cStep, m, n, k, flagA, flagB, bias, flagRelu);
        result += cBytes * sizes[3];
      }
    }
  }
  return output;
}

function batchMatMul(): KernelConfig {
  const fallback = cpuKernel<BatchMatMulInputs, BatchMatMulAttrs>('BatchMatMul');
  return define<BatchMatMulInputs, BatchMatMulAttrs>('BatchMatMul', (call) => {
    const { inputs, backend, attrs } = call;
    const { a, b } = inputs;
    if (backend.entry(a).dtype !== 'float32' || backend.entry(b).dtype !== 'float32') return fallback(call);
    return product(backend, { a, b, transposeA: attrs.transposeA, transposeB: attrs.transposeB, bias: 0, relu: false });
  });
}

interface FusedInputs {
  a: TensorInfo;
  b: TensorInfo;
  bias?: TensorInfo;
}

/** Activations that run over the product once it is there; relu happens in the registers of the product itself. */
const activations = { elu: 'elu', leakyrelu: 'leakyRelu', relu: 'relu', relu6: 'relu6', sigmoid: 'sigmoid' } as const;

function fusedMatMul(): KernelConfig {
  const fallback = cpuKernel<FusedInputs, _FusedMatMulAttrs>('_FusedMatMul');
  return define<FusedInputs, _FusedMatMulAttrs>('_FusedMatMul', (call) => {
    const { inputs, backend, attrs } = call;
    const { a, b, bias } = inputs;
    const { transposeA, transposeB, activation, leakyreluAlpha } = attrs;
    const floats = [a, b, ...(bias ? [bias] : [])].every((tensor) => backend.entry(tensor).dtype === 'float32');
    if (!floats || activation === 'prelu') return fallback(call);
    const columns = b.shape.at(transposeB ? -2 : -1)!;
    const rowBias = bias && util.sizeFromShape(bias.shape) === columns && (bias.shape.at(-1) ?? 1) === columns;
    const late = bias && !rowBias;
    let output = product(backend, {
      a,
      b,
      transposeA,
      transposeB,
      bias: rowBias ? backend.entry(bias).address : 0,
      relu: activation === 'relu' && !late,
    });
    if (late) {
      const sum = runBinary(backend, 'add', output, bias, 'float32');
      backend.disposeIntermediateTensorInfo(output);
      if (sum === undefined) return fallback(call);
      output = sum;
    }
    if (activation !== undefined && activation !== null && activation !== 'linear' && (activation !== 'relu' || late)) {
      const { address, length } = backend.entry(output);
      backend.wasm[activations[activation]](address, address, length, leakyreluAlpha ?? 0.2);
    }
    return output;
  });
}

export const matmulKernels = (): KernelConfig[] => [batchMatMul(), fusedMatMul()];
