import { getKernel, type KernelConfig, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';

/** What tfjs hands to a kernel. (Its own types leave every input possibly undefined.) */
interface KernelCall<Inputs, Attributes = object> {
  inputs: { [Name in keyof Inputs]: NonNullable<Inputs[Name]> };
  backend: SimdBackend;
  attrs: Attributes;
}

export type Kernel<Inputs, Attributes = object> = (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[];

/** A kernel of the simd backend under its tfjs name. */
export function define<Inputs, Attributes>(kernelName: string, kernel: Kernel<Inputs, Attributes>): KernelConfig {
  return { kernelName, backendName: 'simd', kernelFunc: kernel as unknown as KernelFunc };
}

/** The kernel of the cpu backend: for dtypes and cases that ours leaves to it. */
export function cpuKernel<Inputs, Attributes>(kernelName: string): Kernel<Inputs, Attributes> {
  const config = getKernel(kernelName, 'cpu');
  if (config === undefined) throw new Error(`@tensorflow/tfjs-backend-cpu has no kernel ${kernelName}`);
  return config.kernelFunc as unknown as Kernel<Inputs, Attributes>;
}
