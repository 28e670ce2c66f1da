import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, file } from '../test/file.ts';
import { readSafetensors } from './read.ts';
import { writeSafetensors } from './write.ts';

const four = [1, 2, 3, 4];
const tensor = (offsets = '[0,4]', shape = '[4]', dtype = 'U8'): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
const read = (header: string | Uint8Array, data: readonly number[] = four): string =>
  codeOf(() => readSafetensors(file(header, data)));

/** A file whose first eight bytes claim a header of this length. */
function claiming(length: bigint): Uint8Array {
  const bytes = file(`{"a":${tensor()}}`, four);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
}

describe('every fault has its code', () => {
  test('cut off at any place', () => {
    const whole = file(`{"a":${tensor()}}`, four);
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(() => readSafetensors(whole.subarray(0, length)))).toBe('TRUNCATED');
    }
    expect(codeOf(() => readSafetensors(whole))).toBe('none');
  });

  test('lengths of the header', () => {
    expect(codeOf(() => readSafetensors(claiming(2n ** 64n - 1n)))).toBe('HEADER_LENGTH');
    expect(codeOf(() => readSafetensors(claiming(100_000_001n)))).toBe('HEADER_LENGTH');
    expect(codeOf(() => readSafetensors(claiming(100_000_000n)))).toBe('TRUNCATED');
    expect(codeOf(() => readSafetensors(claiming(0n)))).toBe('JSON');
    expect(codeOf(() => readSafetensors(claiming(1n)))).toBe('JSON');
  });

  test.each([
    ['', 'JSON'],
    ['[]', 'JSON'],
    [' {}', 'JSON'],
    ['\ufeff{}', 'JSON'],
    ['{}x', 'JSON'],
    ['{}\0', 'JSON'],
    ['{', 'JSON'],
    ['{"a"', 'JSON'],
    ['{"a\\', 'JSON'],
    ['{"a":', 'JSON'],
    [`{"a":${tensor()},}`, 'JSON'],
    [`{"a":${tensor()} "b":${tensor()}}`, 'JSON'],
    [`{a:${tensor()}}`, 'JSON'],
    [`{'a':${tensor()}}`, 'JSON'],
    [`{"a\\x":${tensor()}}`, 'JSON'],
    [`{"a\n":${tensor()}}`, 'JSON'],
    [`{"\\ud800":${tensor()}}`, 'JSON'],
    ['{"a":null}', 'JSON'],
    ['{"a":[]}', 'JSON'],
    ['{"a":{}}', 'JSON'],
    [`{"a":${'['.repeat(100_000)}`, 'JSON'],
    [`{"a":${'{"a":'.repeat(100_000)}`, 'JSON'],
    ['{"a":{"dtype":"U8","shape":[4]}}', 'JSON'],
    ['{"a":{"dtype":"U8","data_offsets":[0,4]}}', 'JSON'],
    ['{"a":{"shape":[4],"data_offsets":[0,4]}}', 'JSON'],
    ['{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1}}', 'JSON'],
    ['{"a":{"dtype":1,"shape":[4],"data_offsets":[0,4]}}', 'JSON'],
    [`{"a":${tensor('[0]')}}`, 'JSON'],
    [`{"a":${tensor('[0,4,4]')}}`, 'JSON'],
    [`{"a":${tensor('[0,4.0]')}}`, 'JSON'],
    [`{"a":${tensor('[0,4e0]')}}`, 'JSON'],
    [`{"a":${tensor('[0,+4]')}}`, 'JSON'],
    [`{"a":${tensor('[0,04]')}}`, 'JSON'],
    [`{"a":${tensor('[-1,3]')}}`, 'JSON'],
    [`{"a":${tensor('[0,4]', '[-4]')}}`, 'JSON'],
    [`{"a":${tensor('[0,4]', '4')}}`, 'JSON'],
    [`{"a":${tensor('[0,4]', '["4"]')}}`, 'JSON'],
    ['{"__metadata__":{"a":1}}', 'JSON'],
    ['{"__metadata__":[]}', 'JSON'],
    ['{"__metadata__":{"a":{"b":"c"}}}', 'JSON'],
    [`{"a":${tensor()},"a":${tensor()}}`, 'DUPLICATE'],
    [`{"a":${tensor()},"\\u0061":${tensor()}}`, 'DUPLICATE'],
    [`{"__proto__":${tensor()},"__proto__":${tensor()}}`, 'DUPLICATE'],
    ['{"__metadata__":{},"__metadata__":{}}', 'DUPLICATE'],
    ['{"__metadata__":{"a":"1","a":"2"}}', 'DUPLICATE'],
    ['{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}', 'DUPLICATE'],
    ['{"a":{"dtype":"U8","shape":[4],"shape":[4],"data_offsets":[0,4]}}', 'DUPLICATE'],
    [`{"a":${tensor('[0,4]', '[4]', 'u8')}}`, 'DTYPE'],
    [`{"a":${tensor('[0,4]', '[4]', 'X9')}}`, 'DTYPE'],
    [`{"a":${tensor('[0,4]', '[4]', '__proto__')}}`, 'DTYPE'],
    [`{"a":${tensor('[0,4]', '[4]', 'constructor')}}`, 'DTYPE'],
    [`{"a":${tensor('[0,4]', '[5]')}}`, 'SIZE'],
    [`{"a":${tensor('[0,4]', '[4]', 'F32')}}`, 'SIZE'],
    [`{"a":${tensor('[4,0]')}}`, 'SIZE'],
    [`{"a":${tensor('[0,4]', '[9007199254740992]')}}`, 'SIZE'],
    [`{"a":${tensor('[0,99999999999999999999999999]')}}`, 'SIZE'],
    [`{"a":${tensor(`[0,${'9'.repeat(10_000)}]`)}}`, 'SIZE'],
    [`{"a":${tensor('[0,0]', '[4294967296,4294967296]')}}`, 'SIZE'],
    [`{"a":${tensor('[0,0]', '[4294967296,4294967296,0]')}}`, 'SIZE'],
    [`{"a":${tensor('[0,1]', '[3]', 'F4')}}`, 'SIZE'],
    [`{"a":${tensor('[0,4]')},"b":${tensor('[2,4]', '[2]')}}`, 'OFFSETS'],
    [`{"a":${tensor('[0,4]')},"b":${tensor('[0,4]')}}`, 'OFFSETS'],
    [`{"a":${tensor('[0,1]', '[1]')},"b":${tensor('[2,4]', '[2]')}}`, 'OFFSETS'],
    [`{"a":${tensor('[1,4]', '[3]')}}`, 'OFFSETS'],
    [`{"a":${tensor('[0,3]', '[3]')}}`, 'OFFSETS'],
    ['{}', 'OFFSETS'],
    [`{"a":${tensor('[0,8]', '[8]')}}`, 'TRUNCATED'],
    [`{"a":${tensor('[0,1000000000000]', '[1000000000000]')}}`, 'TRUNCATED'],
  ])('%.60s', (header, code) => expect(read(header)).toBe(code));

  test('bytes that are not UTF-8', () => {
    for (const bad of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf0, 0x9f]]) {
      expect(read(Uint8Array.from([...Buffer.from('{"'), ...bad, ...Buffer.from(`":${tensor()}}`)]))).toBe('ENCODING');
    }
  });

  test('the message names the tensor, what was found and what to do', () => {
    expect(() => readSafetensors(file(`{"a":${tensor('[0,4]', '[5]')}}`, four))).toThrow(
      'tensor "a" lies from byte 0 to 4, but U8 [5] takes 5 bytes; the file is damaged',
    );
  });
});

describe('damaged files', () => {
  const whole = writeSafetensors(
    [
      ['weight', { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      ['ids', { dtype: 'I64', shape: [2], data: BigInt64Array.of(1n, 2n) }],
      ['mask', { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) }],
    ],
    { format: 'test' },
  );
  const headerEnd = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));

  /** Reads bytes: either a sound file, every byte of which belongs to a tensor, or a SafetensorsError. */
  const soundOrRefused = (bytes: Uint8Array): void => {
    const code = codeOf(() => {
      const { tensors } = readSafetensors(bytes);
      let total = 0;
      for (const { data } of tensors.values()) total += data.byteLength;
      expect(total).toBe(bytes.length - 8 - Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)));
    });
    expect(code).toMatch(/^[A-Z_]+$|^none$/);
  };

  test('a few bytes changed, mostly in the header', () => {
    const change = fc.tuple(fc.oneof(fc.nat(headerEnd - 1), fc.nat(whole.length - 1)), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = whole.slice();
        for (const [place, value] of changes) bytes[place] = value;
        soundOrRefused(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  test('parts cut out, doubled or turned around', () => {
    const place = fc.nat(whole.length);
    fc.assert(
      fc.property(place, place, place, (a, b, c) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const parts = [whole.subarray(0, c), whole.subarray(from, to), whole.subarray(c)];
        soundOrRefused(Buffer.concat(parts));
        soundOrRefused(Buffer.concat([whole.subarray(0, from), whole.subarray(to)]));
      }),
      { numRuns: 1000 },
    );
  });

  test('headers built from the words of the format in any order', () => {
    const word = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '"a"',
        '"b"',
        '"dtype"',
        '"shape"',
        '"data_offsets"',
        '"U8"',
        '"F32"',
        '"__metadata__"',
      ],
      ...['0', '1', '4', '8', '-1', '1e9', 'null', '"', '\\', ' ', '9007199254740993', tensor(), `"c":${tensor()}`],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => soundOrRefused(file(`{${words.join('')}`, four))),
      { numRuns: 3000 },
    );
  });

  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), soundOrRefused));
  });
});

test('claims of huge sizes allocate nothing', () => {
  const hostile = [
    claiming(99_999_999n),
    file(`{"a":${tensor('[0,8000000000000]', '[1000000000000]', 'F64')}}`),
    file(`{"a":${tensor('[1,8000000001]', '[1000000000]', 'F64')}}`, four),
    file(`{"a":${tensor('[0,4]', '[4]')},"b":${tensor('[4,4000000004]', '[1000000000]', 'F32')}}`, four),
  ];
  const before = process.memoryUsage().arrayBuffers;
  for (const bytes of hostile) for (let round = 0; round < 20; round++) codeOf(() => readSafetensors(bytes));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000);
});
