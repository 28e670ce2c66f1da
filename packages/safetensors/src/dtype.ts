/** How the bytes of a tensor are seen: the typed array of a dtype, where JavaScript has one. */
export type TensorData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

interface Layout {
  /** Bits of an element. */
  readonly bits: number;
  readonly view: TensorView;
}

type TensorView = (new (
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
) => TensorData) & {
  readonly BYTES_PER_ELEMENT: number;
};

/** The dtypes of the format, in the order of the reference library, which writes them from last to first. */
export const dtypes = [
  'BOOL',
  'F4',
  'F6_E2M3',
  'F6_E3M2',
  'U8',
  'I8',
  'F8_E5M2',
  'F8_E4M3',
  'F8_E8M0',
  'F8_E4M3FNUZ',
  'F8_E5M2FNUZ',
  'I16',
  'U16',
  'F16',
  'BF16',
  'I32',
  'U32',
  'F32',
  'C64',
  'F64',
  'I64',
  'U64',
] as const;

export type Dtype = (typeof dtypes)[number];

/**
 * JavaScript has no arrays for some dtypes, so their bits are seen as they lie in the file: BOOL and all F8 as bytes, F4 and F6
 * as bytes that several elements share, F16 and BF16 as 16-bit words; C64 as pairs of floats.
 */
const layouts: Readonly<Record<Dtype, Layout>> = {
  BOOL: { bits: 8, view: Uint8Array },
  F4: { bits: 4, view: Uint8Array },
  F6_E2M3: { bits: 6, view: Uint8Array },
  F6_E3M2: { bits: 6, view: Uint8Array },
  U8: { bits: 8, view: Uint8Array },
  I8: { bits: 8, view: Int8Array },
  F8_E5M2: { bits: 8, view: Uint8Array },
  F8_E4M3: { bits: 8, view: Uint8Array },
  F8_E8M0: { bits: 8, view: Uint8Array },
  F8_E4M3FNUZ: { bits: 8, view: Uint8Array },
  F8_E5M2FNUZ: { bits: 8, view: Uint8Array },
  I16: { bits: 16, view: Int16Array },
  U16: { bits: 16, view: Uint16Array },
  F16: { bits: 16, view: Uint16Array },
  BF16: { bits: 16, view: Uint16Array },
  I32: { bits: 32, view: Int32Array },
  U32: { bits: 32, view: Uint32Array },
  F32: { bits: 32, view: Float32Array },
  C64: { bits: 64, view: Float32Array },
  F64: { bits: 64, view: Float64Array },
  I64: { bits: 64, view: BigInt64Array },
  U64: { bits: 64, view: BigUint64Array },
};

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(layouts, name);
}

/**
 * Bytes of a tensor: the product of the shape times the bits of the dtype, over 8; undefined where that overflows 2^53 or is no
 * whole number. Checked factor by factor, as the reference does: a zero does not excuse an overflow before it.
 */
export function byteLength(dtype: Dtype, shape: readonly number[]): number | undefined {
  let bits = layouts[dtype].bits;
  for (const dimension of shape) {
    bits *= dimension;
    if (bits > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return bits % 8 === 0 ? bits / 8 : undefined;
}

/** The typed array of a dtype over bytes of a file: a view where their place in memory allows one, else a copy. */
export function viewOf(dtype: Dtype, bytes: Uint8Array): TensorData {
  const { view } = layouts[dtype];
  const length = bytes.byteLength / view.BYTES_PER_ELEMENT;
  if (bytes.byteOffset % view.BYTES_PER_ELEMENT === 0) return new view(bytes.buffer, bytes.byteOffset, length);
  return new view(new Uint8Array(bytes).buffer, 0, length);
}

/** The name of the typed array that holds a dtype, as in `Object.prototype.toString`. */
export function arrayName(dtype: Dtype): string {
  return layouts[dtype].view.name;
}
