import { SafetensorsError } from '../src/errors.ts';

/** A file made by hand: a header as text or bytes, and what follows it. */
export function file(header: string | Uint8Array, data: Uint8Array | readonly number[] = []): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** The code of the SafetensorsError an action throws, without its prefix; any other error passes through. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SafetensorsError) return error.code.replace('SWITCHYARD_SAFETENSORS_', '');
    throw error;
  }
  return 'none';
}
