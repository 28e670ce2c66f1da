import { expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { fileVersionRecord, lengthUpToStep, scalarsRecord } from './tensorboard-record.ts';

type Fields = Map<number, (number | bigint | Buffer)[]>;

/** A reader of protocol buffers of its own: the fields of a message by number. */
function readMessage(bytes: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = take(1)[0]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const [number, wireType] = [key >> 3, key & 7];
    let value: number | bigint | Buffer;
    if (wireType === 0) value = varint();
    else if (wireType === 1) value = take(8).readDoubleLE();
    else if (wireType === 5) value = take(4).readFloatLE();
    else value = take(Number(varint()));
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

/** The payloads of a TFRecord file, CRCs checked. */
function readRecords(bytes: Buffer): Buffer[] {
  const unmask = (crc: number) => {
    const rotated = (crc - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(unmask(bytes.readUInt32LE(at + 8))).toBe(crc32c(bytes.subarray(at, at + 8)));
    expect(unmask(bytes.readUInt32LE(at + 12 + length))).toBe(crc32c(data));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

const scalars = { 'loss/train': 0.5, 'accuracy-train/ä': -1e-30, long: 3 };
const file = Buffer.concat([
  fileVersionRecord(1.5),
  scalarsRecord(1700000000.25, 3, scalars),
  scalarsRecord(2, 300, { x: Number.NaN }),
  scalarsRecord(3, 2 ** 40 + 5, { x: 1 }),
]);

it('frames events as TensorBoard reads them', () => {
  const [version, first, second, third] = readRecords(file).map(readMessage);
  expect(version!.get(1)).toEqual([1.5]);
  expect(String(version!.get(3))).toBe('brain.Event:2');
  expect([first!.get(1), first!.get(2)]).toEqual([[1700000000.25], [3n]]);
  const values = readMessage(first!.get(5)![0] as Buffer)
    .get(1)!
    .map((value) => readMessage(value as Buffer));
  expect(values.map((value) => [String(value.get(1)), value.get(2)![0]])).toEqual(
    Object.entries(scalars).map(([tag, value]) => [tag, Math.fround(value)]),
  );
  expect(second!.get(2)).toEqual([300n]);
  expect(third!.get(2)).toEqual([2n ** 40n + 5n]);
});

it('finds the end of the frames up to a step, whatever follows', () => {
  const lengths = [fileVersionRecord(0), scalarsRecord(0, 3, scalars), scalarsRecord(0, 300, { x: 1 })].map(
    (record) => record.length,
  );
  const ends = lengths.map((_, index) => lengths.slice(0, index + 1).reduce((sum, length) => sum + length));
  expect(lengthUpToStep(file, 2)).toBe(ends[0]);
  expect(lengthUpToStep(file, 299)).toBe(ends[1]);
  expect(lengthUpToStep(file, 300)).toBe(ends[2]);
  expect(lengthUpToStep(file, 2 ** 41)).toBe(file.length);
  expect(lengthUpToStep(file.subarray(0, file.length - 1), 2 ** 41)).toBe(ends[2]); // the last frame is torn
  const flipped = Buffer.from(file);
  flipped[ends[0]! + 20]! ^= 1;
  expect(lengthUpToStep(flipped, 2 ** 41)).toBe(ends[0]);
  expect(lengthUpToStep(new Uint8Array(), 1)).toBe(0);
});
