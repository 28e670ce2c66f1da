// Loading this file registers the backend; nothing is compiled before tf.setBackend('simd').
import { getKernelsForBackend, registerBackend, registerKernel } from '@tensorflow/tfjs-core';
import { SimdBackend } from './backend.ts';
import { binaryKernels } from './kernels/binary.ts';
import { castKernels } from './kernels/cast.ts';
import { gatherKernels } from './kernels/gather.ts';
import { layoutKernels } from './kernels/layout.ts';
import { matmulKernels } from './kernels/matmul.ts';
import { optimizerKernels } from './kernels/optimizer.ts';
import { reduceKernels } from './kernels/reduce.ts';
import { unaryKernels } from './kernels/unary.ts';
import { loadWasm } from './wasm-module.ts';

const accelerated = [
  ...binaryKernels(),
  ...castKernels(),
  ...gatherKernels(),
  ...layoutKernels(),
  ...matmulKernels(),
  ...optimizerKernels(),
  ...reduceKernels(),
  ...unaryKernels(),
];
const names = new Set(accelerated.map((config) => config.kernelName));

for (const config of getKernelsForBackend('cpu')) {
  if (!names.has(config.kernelName)) registerKernel({ ...config, backendName: 'simd' });
}
for (const config of accelerated) registerKernel(config);

// Priority 0, below cpu: tfjs never picks a backend by itself that has to be awaited.
registerBackend('simd', async () => new SimdBackend(await loadWasm()), 0);
