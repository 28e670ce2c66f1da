import { viewOf } from './dtype.ts';
import { SafetensorsError } from './errors.ts';
import { MAXIMUM_HEADER, parseHeader } from './header.ts';
import { checkPlatform } from './platform.ts';
import type { Safetensors } from './types.ts';

/**
 * Reads a file of the safetensors format. `data` is the typed array of the dtype: F32 Float32Array, F64 Float64Array,
 * I8 … I32 and U8 … U32 theirs, I64 BigInt64Array, U64 BigUint64Array. Where JavaScript has none, it holds the bits as they
 * are: BOOL and F8_* in a Uint8Array, F16 and BF16 in a Uint16Array, F4 and F6_* packed in a Uint8Array, C64 as pairs of
 * floats (real, imaginary) in a Float32Array.
 *
 * The arrays are views of `bytes` wherever these lie at a multiple of the element's size, copies elsewhere: treat both as
 * read-only. Beyond the header nothing is allocated but such copies, so never more than the file has.
 *
 * Format: https://github.com/huggingface/safetensors, read as strictly as its reference library, and more so in that a name
 * or key that occurs twice and keys that the format does not know are refused.
 *
 * @throws SafetensorsError for anything that is not such a file; see there for the codes
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  checkPlatform();
  const headerEnd = 8 + headerLength(bytes);
  const { entries, metadata } = parseHeader(bytes.subarray(8, headerEnd), bytes.length - headerEnd);
  const tensors: Safetensors['tensors'] = new Map();
  for (const { name, dtype, shape, begin, end } of entries) {
    tensors.set(name, { dtype, shape, data: viewOf(dtype, bytes.subarray(headerEnd + begin, headerEnd + end)) });
  }
  return { tensors, metadata };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 8) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_TRUNCATED',
      `the file has ${bytes.length} bytes, but 8 tell the length of the header: it is empty or cut off; fetch it again`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAXIMUM_HEADER) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_HEADER_LENGTH',
      `the header claims ${length} bytes, but the format allows ${MAXIMUM_HEADER}; the file is damaged or of another format`,
    );
  }
  if (length > bytes.length - 8) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_TRUNCATED',
      `the header claims ${length} bytes, the file has ${bytes.length - 8} left: it is cut off; fetch it again`,
    );
  }
  return Number(length);
}
