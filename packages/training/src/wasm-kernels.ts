import * as tf from '@tensorflow/tfjs';

/** Kernels on complex numbers: tfjs-backend-wasm cannot hold their tensors. */
const complexKernels = ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real'];

/** Kernels of tfjs-backend-wasm 4.22 that are wrong: OneHot writes integers into float32 tensors. */
const wrongKernels = ['OneHot'];

/**
 * Registers for `wasm` every kernel that it lacks or has wrong and `cpu` has, UnsortedSegmentSum (the gradient of an embedding) and
 * Einsum among them: inputs are copied out, the cpu kernel runs, outputs are copied in. Slow beside a kernel of its own,
 * but models train.
 */
export function completeWasmKernels(): void {
  for (const kernelName of wrongKernels) tf.unregisterKernel(kernelName, 'wasm');
  const present = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
    if (present.has(kernelName) || complexKernels.includes(kernelName)) continue;
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: onCpu(kernelFunc) });
  }
}

function onCpu(kernel: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, backend, attrs }) => {
    const wasm = backend as tf.KernelBackend;
    const cpu = tf.findBackend('cpu');
    const copy = (info: tf.TensorInfo, from: tf.KernelBackend, to: tf.KernelBackend): tf.TensorInfo => {
      const { shape, dtype } = info;
      return { dataId: to.write(from.readSync(info.dataId) as tf.TypedArray, shape, dtype), shape, dtype };
    };
    const names = Object.keys(inputs).filter((name) => inputs[name] !== undefined);
    const copies = names.map((name) => copy(inputs[name]!, wasm, cpu));
    // Einsum takes a list of inputs, the others take them by name.
    const cpuInputs = Array.isArray(inputs)
      ? (copies as unknown as tf.NamedTensorInfoMap)
      : Object.fromEntries(names.map((name, index) => [name, copies[index]!]));
    const result = kernel({ inputs: cpuInputs, backend: cpu, ...(attrs && { attrs }) });
    const results = Array.isArray(result) ? result : [result];
    const outputs = results.map((info) => copy(info, cpu, wasm));
    for (const { dataId } of [...copies, ...results]) cpu.disposeData(dataId, true);
    return Array.isArray(result) ? outputs : outputs[0]!;
  };
}
