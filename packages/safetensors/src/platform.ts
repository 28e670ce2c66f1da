import { SafetensorsError } from './errors.ts';

/** The format is little-endian, typed arrays are of the machine: on a big-endian one they would be wrong in silence. */
export function checkPlatform(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return;
  throw new SafetensorsError(
    'SWITCHYARD_SAFETENSORS_PLATFORM',
    'this machine is big-endian, and safetensors files are little-endian; use a little-endian machine',
  );
}
