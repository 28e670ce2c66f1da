import { crc32c } from './crc32c.ts';

/**
 * What TensorBoard reads: TFRecord frames (length, its masked CRC, data, its masked CRC; little-endian) whose data are
 * protocol buffers of type tensorflow.Event { wall_time = 1, step = 2, file_version = 3, summary = 5 }.
 */

/** The frame that begins every event file. */
export function fileVersionRecord(wallTime: number): Uint8Array {
  return frame(event(wallTime, 0, field(3, new TextEncoder().encode('brain.Event:2'))));
}

/** A frame with scalars of one step. @param wallTime seconds since 1970 */
export function scalarsRecord(wallTime: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const values = Object.entries(scalars).map(([tag, value]) =>
    field(
      1,
      concatenate([field(1, new TextEncoder().encode(tag)), Uint8Array.of(0x15), littleEndian(value, 'Float32')]),
    ),
  );
  return frame(event(wallTime, step, field(5, concatenate(values))));
}

/** How many leading bytes of an event file hold whole frames of steps up to `step`. */
export function lengthUpToStep(bytes: Uint8Array, step: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = 0;
  while (end + 16 <= bytes.length) {
    const length = Number(view.getBigUint64(end, true));
    const next = end + 16 + length;
    if (next > bytes.length) break;
    const data = bytes.subarray(end + 12, end + 12 + length);
    const whole =
      view.getUint32(end + 8, true) === maskedCrc(bytes.subarray(end, end + 8)) &&
      view.getUint32(next - 4, true) === maskedCrc(data);
    if (!whole || stepOf(data) > step) break;
    end = next;
  }
  return end;
}

/** The step of an event as `event` writes it: after the nine bytes of the wall time. */
function stepOf(data: Uint8Array): number {
  let step = 0;
  for (let index = 10, factor = 1; index < data.length; index++, factor *= 128) {
    step += (data[index]! & 0x7f) * factor;
    if (data[index]! < 0x80) break;
  }
  return step;
}

function event(wallTime: number, step: number, what: Uint8Array): Uint8Array {
  return concatenate([Uint8Array.of(0x09), littleEndian(wallTime, 'Float64'), Uint8Array.of(0x10), varint(step), what]);
}

/** A length-delimited field. */
function field(number: number, content: Uint8Array): Uint8Array {
  return concatenate([Uint8Array.of((number << 3) | 2), varint(content.length), content]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}

function frame(data: Uint8Array): Uint8Array {
  const length = littleEndian(BigInt(data.length), 'BigUint64');
  const crc = (bytes: Uint8Array) => littleEndian(maskedCrc(bytes), 'Uint32');
  return concatenate([length, crc(length), data, crc(data)]);
}

function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function littleEndian(value: bigint, type: 'BigUint64'): Uint8Array;
function littleEndian(value: number, type: 'Uint32' | 'Float32' | 'Float64'): Uint8Array;
function littleEndian(value: number | bigint, type: 'BigUint64' | 'Uint32' | 'Float32' | 'Float64'): Uint8Array {
  const bytes = new Uint8Array(type.endsWith('64') ? 8 : 4);
  const view = new DataView(bytes.buffer);
  if (type === 'BigUint64') view.setBigUint64(0, BigInt(value), true);
  else view[`set${type}`](0, Number(value), true);
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
