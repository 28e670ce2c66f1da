import type { TensorEntry } from '../tensor-entry.ts';

/** Traffic between JavaScript and tensors that no call of a WebAssembly function shows; a capture watches it. */
export interface Observer {
  /** Values from JavaScript became a tensor. */
  written(entry: TensorEntry, shape: readonly number[]): void;
  /** A tensor came from another backend. */
  moved(entry: TensorEntry, shape: readonly number[]): void;
  /** The values of a tensor are copied for JavaScript. */
  read(entry: TensorEntry): void;
  /** JavaScript gets the memory of a tensor itself, to read or to write. */
  exposed(entry: TensorEntry): void;
}
