// Loading this file registers the backend; nothing is compiled before tf.setBackend('simd').
import { getKernelsForBackend, registerBackend, registerKernel } from '@tensorflow/tfjs-core';
import { SimdBackend } from './backend.ts';
import { registerGradients } from './gradients.ts';
import { activationKernels } from './kernels/activation.ts';
import { attentionKernels } from './kernels/attention.ts';
import { binaryKernels } from './kernels/binary.ts';
import { castKernels } from './kernels/cast.ts';
import { convolutionKernels } from './kernels/convolution.ts';
import { denseKernels } from './kernels/dense.ts';
import { dropoutKernels } from './kernels/dropout.ts';
import { embeddingKernels } from './kernels/embedding.ts';
import { fillKernels } from './kernels/fill.ts';
import { gatherKernels } from './kernels/gather.ts';
import { joinKernels } from './kernels/join.ts';
import { lossKernels } from './kernels/loss.ts';
import { lstmKernels } from './kernels/lstm.ts';
import { matmulKernels } from './kernels/matmul.ts';
import { normalizationKernels } from './kernels/normalization.ts';
import { optimizerKernels } from './kernels/optimizer.ts';
import { positionWiseKernels } from './kernels/position-wise.ts';
import { reduceKernels } from './kernels/reduce.ts';
import { rotaryKernels } from './kernels/rotary.ts';
import { transposeKernels } from './kernels/transpose.ts';
import { unaryKernels } from './kernels/unary.ts';
import { loadWasm } from './wasm-module.ts';

const accelerated = [
  ...activationKernels(),
  ...attentionKernels(),
  ...binaryKernels(),
  ...castKernels(),
  ...convolutionKernels(),
  ...denseKernels(),
  ...dropoutKernels(),
  ...embeddingKernels(),
  ...fillKernels(),
  ...gatherKernels(),
  ...joinKernels(),
  ...lossKernels(),
  ...lstmKernels(),
  ...matmulKernels(),
  ...normalizationKernels(),
  ...optimizerKernels(),
  ...positionWiseKernels(),
  ...reduceKernels(),
  ...rotaryKernels(),
  ...transposeKernels(),
  ...unaryKernels(),
];
const names = new Set(accelerated.map((config) => config.kernelName));

for (const config of getKernelsForBackend('cpu')) {
  if (!names.has(config.kernelName)) registerKernel({ ...config, backendName: 'simd' });
}
for (const config of accelerated) registerKernel(config);
registerGradients();

// Priority 0, below cpu: tfjs never picks a backend by itself that has to be awaited.
registerBackend('simd', async () => new SimdBackend(await loadWasm()), 0);
