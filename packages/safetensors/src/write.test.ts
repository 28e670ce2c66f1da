import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf } from '../test/file.ts';
import { byteLength, type Dtype, dtypes, type TensorData, viewOf } from './dtype.ts';
import { readSafetensors } from './read.ts';
import type { SafetensorsTensor } from './types.ts';
import { writeSafetensors } from './write.ts';

const tensor: fc.Arbitrary<SafetensorsTensor> = fc
  .tuple(fc.constantFrom(...dtypes), fc.array(fc.nat(5), { maxLength: 4 }), fc.infiniteStream(fc.nat(255)))
  .filter(([dtype, shape]) => byteLength(dtype, shape) !== undefined)
  .map(([dtype, shape, source]) => {
    const bytes = Uint8Array.from({ length: byteLength(dtype, shape)! }, () => source.next().value ?? 0);
    return { dtype, shape, data: viewOf(dtype, bytes) };
  });
const name = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '10', '2', ''));
const file = fc.record({
  tensors: fc.uniqueArray(fc.tuple(name, tensor), { selector: ([key]) => key, maxLength: 6 }),
  metadata: fc.array(fc.tuple(name, fc.string({ unit: 'binary' })), { maxLength: 4 }),
});
const rawBytes = (data: TensorData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const one = (changes: object): (() => unknown) => {
  const sound = { dtype: 'F32', shape: [2], data: new Float32Array(2) };
  return () => Reflect.apply(writeSafetensors, undefined, [[['a', { ...sound, ...changes }]]]);
};

test('pinned bytes, which are those of the reference library', () => {
  const tensors = new Map<string, SafetensorsTensor>([
    ['attn0', { dtype: 'F32', shape: [1, 1, 2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) }],
  ]);
  const written = Buffer.from(writeSafetensors(tensors));
  expect(written.toString('latin1', 0, 80)).toBe(
    'H\0\0\0\0\0\0\0{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       ',
  );
  expect(written.subarray(80).toString('hex')).toBe('000000000000803f0000004000004040000080400000a040');
  expect(Buffer.from(writeSafetensors([])).toString('latin1')).toBe('\b\0\0\0\0\0\0\0{}      ');
  expect(Buffer.from(writeSafetensors([], { framework: 'pt' })).toString('latin1', 8)).toBe(
    '{"__metadata__":{"framework":"pt"}}     ',
  );
});

test('what is written is read back, every dtype aligned', () => {
  fc.assert(
    fc.property(file, ({ tensors, metadata }) => {
      const written = writeSafetensors(tensors, Object.fromEntries(metadata));
      const back = readSafetensors(written);
      expect(back.metadata).toEqual(Object.fromEntries(metadata));
      expect(back.tensors.size).toBe(tensors.length);
      for (const [key, { dtype, shape, data }] of tensors) {
        const found = back.tensors.get(key)!;
        expect([found.dtype, found.shape]).toEqual([dtype, shape]);
        expect(found.data.constructor).toBe(data.constructor);
        expect(rawBytes(found.data)).toEqual(rawBytes(data));
        expect(found.data.buffer).toBe(written.buffer);
      }
      expect(writeSafetensors(back.tensors, back.metadata)).toEqual(written);
    }),
  );
});

test('the bytes do not depend on the order in which tensors and metadata are given', () => {
  fc.assert(
    fc.property(file, ({ tensors, metadata }) => {
      const entries = Object.entries(Object.fromEntries(metadata));
      const turned = writeSafetensors([...tensors].reverse(), Object.fromEntries(entries.reverse()));
      expect(turned).toEqual(writeSafetensors(new Map(tensors), Object.fromEntries(metadata)));
    }),
  );
});

test('the bytes of a tensor that is a part of a larger buffer', () => {
  const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  const back = readSafetensors(writeSafetensors([['a', { dtype: 'F32', shape: [2], data }]]));
  expect(back.tensors.get('a')!.data).toEqual(Float32Array.of(1, 2));
});

test('numbers come back to the bit: 64-bit integers, NaN with its payload, −0, F4 packed two to a byte', () => {
  const tensors: [string, SafetensorsTensor][] = [
    ['i', { dtype: 'I64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) }],
    ['u', { dtype: 'U64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) }],
    ['f', { dtype: 'F32', shape: [2], data: new Float32Array(Uint32Array.of(0x7fc12345, 0x80000000).buffer) }],
    ['c', { dtype: 'C64', shape: [1], data: Float32Array.of(1, -1) }],
    ['q', { dtype: 'F4', shape: [4], data: Uint8Array.of(0x12, 0x34) }],
    ['s', { dtype: 'F6_E2M3', shape: [4], data: Uint8Array.of(1, 2, 3) }],
  ];
  const back = readSafetensors(writeSafetensors(tensors)).tensors;
  for (const [key, { data }] of tensors) expect(rawBytes(back.get(key)!.data)).toEqual(rawBytes(data));
});

test('what cannot be written is refused', () => {
  const sound = { dtype: 'F32' as Dtype, shape: [2], data: new Float32Array(2) };
  expect(codeOf(one({ dtype: 'F31' }))).toBe('DTYPE');
  expect(codeOf(one({ dtype: 'toString' }))).toBe('DTYPE');
  for (const shape of [[-2], [1.5], [Number.NaN], [2, Number.POSITIVE_INFINITY]])
    expect(codeOf(one({ shape }))).toBe('SHAPE');
  for (const shape of [[3], [], [2, 2], [2 ** 40, 2 ** 40], [2 ** 40, 2 ** 40, 0]]) {
    expect(codeOf(one({ shape }))).toBe('SIZE');
  }
  expect(codeOf(one({ data: new Int32Array(2) }))).toBe('SIZE');
  expect(codeOf(one({ dtype: 'F4', shape: [3], data: new Uint8Array(2) }))).toBe('SIZE');
  expect(codeOf(() => writeSafetensors([['__metadata__', sound]]))).toBe('NAME');
  expect(codeOf(() => writeSafetensors([['\ud800', sound]]))).toBe('NAME');
  expect(
    codeOf(() =>
      writeSafetensors([
        ['a', sound],
        ['a', sound],
      ]),
    ),
  ).toBe('DUPLICATE');
  expect(codeOf(() => writeSafetensors([], { bad: '\udfff' }))).toBe('NAME');
  expect(codeOf(() => Reflect.apply(writeSafetensors, undefined, [[], { step: 3 }]))).toBe('METADATA');
});
