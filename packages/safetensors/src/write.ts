import { arrayName, byteLength, dtypes, isDtype } from './dtype.ts';
import { SafetensorsError } from './errors.ts';
import { MAXIMUM_HEADER, METADATA } from './header.ts';
import { checkPlatform } from './platform.ts';
import type { SafetensorsTensor } from './types.ts';

/**
 * Writes tensors as a file of the safetensors format. The bytes depend only on what is written, not on its order: metadata
 * sorted by key, tensors by descending dtype (so that each is aligned) and then by name, as the reference library does, the
 * header padded with spaces to a multiple of 8 bytes.
 *
 * @param tensors a Map, or pairs of name and tensor; `data` as `readSafetensors` gives it
 * @throws SafetensorsError for names and keys that occur twice, are reserved or not well-formed, unknown dtypes, and data whose
 *   array or length does not match dtype and shape
 */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: SafetensorsTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkPlatform();
  const sorted = [...tensors].sort(
    ([leftName, left], [rightName, right]) =>
      dtypes.indexOf(right.dtype) - dtypes.indexOf(left.dtype) || compare(leftName, rightName),
  );
  const parts = Object.keys(metadata).length > 0 ? [metadataPart(metadata)] : [];
  const names = new Set<string>();
  let end = 0;
  for (const [name, tensor] of sorted) {
    if (names.has(name)) {
      throw new SafetensorsError(
        'SWITCHYARD_SAFETENSORS_DUPLICATE',
        `tensor ${quote(name)} is given twice; rename one`,
      );
    }
    names.add(name);
    const begin = end;
    end += checkedLength(name, tensor);
    const { dtype, shape } = tensor;
    parts.push(`${quote(name)}:{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`);
  }

  const header = encodeHeader(parts);
  const bytes = new Uint8Array(8 + header.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let place = 8 + header.length;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), place);
    place += data.byteLength;
  }
  return bytes;
}

function encodeHeader(parts: readonly string[]): Uint8Array {
  const header = new TextEncoder().encode(`{${parts.join()}}`);
  const padded = new Uint8Array(Math.ceil(header.length / 8) * 8).fill(0x20);
  padded.set(header);
  if (padded.length <= MAXIMUM_HEADER) return padded;
  throw new SafetensorsError(
    'SWITCHYARD_SAFETENSORS_HEADER_LENGTH',
    `the header would take ${padded.length} bytes, but the format allows ${MAXIMUM_HEADER}; write several files`,
  );
}

function metadataPart(metadata: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(metadata)
    .sort(compare)
    .map((key) => {
      const value: unknown = metadata[key];
      if (typeof value === 'string') return `${quote(key)}:${quote(value)}`;
      throw new SafetensorsError(
        'SWITCHYARD_SAFETENSORS_METADATA',
        `metadata ${quote(key)} is a ${typeof value}, but the format has strings only; pass JSON.stringify(value)`,
      );
    });
  return `"${METADATA}":{${pairs.join()}}`;
}

function checkedLength(name: string, { dtype, shape, data }: SafetensorsTensor): number {
  if (name === METADATA) {
    throw new SafetensorsError('SWITCHYARD_SAFETENSORS_NAME', `a tensor cannot be named ${METADATA}; rename it`);
  }
  if (!isDtype(dtype)) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_DTYPE',
      `tensor ${quote(name)} has dtype '${String(dtype)}'; pass one of ${dtypes.join(', ')}`,
    );
  }
  const fault = shape.find((dimension) => !Number.isSafeInteger(dimension) || dimension < 0);
  if (fault !== undefined) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_SHAPE',
      `tensor ${quote(name)} has ${fault} in its shape; pass integers of at least 0`,
    );
  }
  const length = byteLength(dtype, shape);
  const kind = data[Symbol.toStringTag];
  if (kind !== arrayName(dtype) || data.byteLength !== length) {
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_SIZE',
      `tensor ${quote(name)} has a ${kind} of ${data.byteLength} bytes; for ${dtype} [${shape}] pass a ${arrayName(dtype)} of ${length ?? 'whole'} bytes`,
    );
  }
  return length;
}

/** As a JSON string, which must be well-formed: half a surrogate pair has no UTF-8. */
function quote(text: string): string {
  if (!/\p{Surrogate}/u.test(text)) return JSON.stringify(text);
  throw new SafetensorsError(
    'SWITCHYARD_SAFETENSORS_NAME',
    `the name ${JSON.stringify(text)} has half a surrogate pair, which UTF-8 cannot hold; pass whole characters`,
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
