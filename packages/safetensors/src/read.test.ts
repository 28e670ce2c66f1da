import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { file } from '../test/file.ts';
import { readSafetensors } from './read.ts';
import { writeSafetensors } from './write.ts';

const folder = new URL('../../../fixtures/', import.meta.url);

describe('files written by the reference library', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));

  test('there are some', () => expect(names.length).toBeGreaterThan(5));

  test.each(names)('%s is read, and written again to the same bytes, its metadata sorted', (name) => {
    const bytes = readFileSync(new URL(name, folder));
    const { tensors, metadata } = readSafetensors(bytes);
    const written = Buffer.from(writeSafetensors(tensors, metadata));
    // The reference writes metadata in the order of a hash map: compare what follows it.
    const [first] = tensors.keys();
    const start = bytes.indexOf(`${JSON.stringify(first)}:{"dtype"`);
    expect(start).toBeGreaterThan(8);
    expect(written.subarray(start).equals(bytes.subarray(start))).toBe(true);
    const inOrder = Object.keys(metadata).join() === Object.keys(metadata).sort().join();
    expect(written.equals(bytes)).toBe(inOrder);
  });

  test('values and metadata of one of them', () => {
    const { tensors, metadata } = readSafetensors(readFileSync(new URL('rope.safetensors', folder)));
    expect(metadata.layout).toContain('pairs are interleaved (2i, 2i+1)');
    const { x, rotated } = Object.fromEntries(tensors);
    expect(x!.dtype).toBe('F32');
    expect(x!.shape).toEqual(rotated!.shape);
    // Position 0 is not rotated: the first heads times head_dim numbers are those of x.
    const [, , heads, width] = x!.shape;
    expect(rotated!.data.slice(0, heads! * width!)).toEqual(x!.data.slice(0, heads! * width!));
  });
});

test('a file by hand: any order of keys, white space, escapes, integer names, __proto__', () => {
  const { tensors, metadata } = readSafetensors(
    file(
      `{ "2":{"shape":[2],"data_offsets":[4,8],"dtype":"I16"},\n\t"__proto__" : {"dtype":"U8","shape":[4,1],"data_offsets":[0,4]},
      "__metadata__":{"__proto__":"kept","quote \\" \\u00e9":"a\\nb"}, "empty":{"dtype":"F64","shape":[3,0],"data_offsets":[8,8]},
      "":{"dtype":"BOOL","shape":[],"data_offsets":[8,9]} }   `,
      [1, 2, 3, 4, 0xff, 0xff, 1, 0, 1],
    ),
  );
  expect([...tensors.keys()]).toEqual(['__proto__', '2', 'empty', '']);
  expect(tensors.get('__proto__')).toEqual({ dtype: 'U8', shape: [4, 1], data: Uint8Array.of(1, 2, 3, 4) });
  expect(tensors.get('2')).toEqual({ dtype: 'I16', shape: [2], data: Int16Array.of(-1, 1) });
  expect(tensors.get('empty')).toEqual({ dtype: 'F64', shape: [3, 0], data: new Float64Array(0) });
  expect(tensors.get('')).toEqual({ dtype: 'BOOL', shape: [], data: Uint8Array.of(1) });
  expect(Object.entries(metadata)).toEqual([
    ['__proto__', 'kept'],
    ['quote " é', 'a\nb'],
  ]);
  expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
});

test('an empty file of the format', () => {
  expect(readSafetensors(file('{}'))).toEqual({ tensors: new Map(), metadata: {} });
});

test('tensors are views where the bytes are aligned, copies elsewhere, equal in both cases', () => {
  const written = writeSafetensors([['a', { dtype: 'F32', shape: [2], data: Float32Array.of(1.5, -2) }]]);
  for (let shift = 0; shift < 8; shift++) {
    const room = new Uint8Array(written.length + 8);
    room.set(written, shift);
    const { data } = readSafetensors(room.subarray(shift, shift + written.length)).tensors.get('a')!;
    expect(data).toEqual(Float32Array.of(1.5, -2));
    expect(data.buffer === room.buffer).toBe(shift % 4 === 0);
    expect(data.buffer.byteLength).toBeLessThanOrEqual(room.length);
  }
});
