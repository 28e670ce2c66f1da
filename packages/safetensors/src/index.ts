export type { Dtype, TensorData } from './dtype.ts';
export { SafetensorsError } from './errors.ts';
export { readSafetensors } from './read.ts';
export type { Safetensors, SafetensorsTensor } from './types.ts';
export { writeSafetensors } from './write.ts';
