import type { SafetensorsTensor } from '@switchyard/safetensors';

/** The types of tensors that hold floats we can read. */
export const floatTypes: readonly string[] = ['F32', 'F16', 'BF16'];

/** The values of a tensor of {@link floatTypes} as an array of its own; undefined for other types. */
export function floatsOf({ dtype, data }: SafetensorsTensor): Float32Array | undefined {
  if (dtype === 'F32') return Float32Array.from(data as Float32Array);
  const words = data as Uint16Array;
  // A bfloat16 is the upper half of a float.
  if (dtype === 'BF16') return new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer);
  return dtype === 'F16' ? Float32Array.from(words, halfToFloat) : undefined;
}

/** 1 bit sign, 5 bits exponent, 10 bits fraction. */
function halfToFloat(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(word >> 10) & 0x1f, word & 0x3ff];
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
