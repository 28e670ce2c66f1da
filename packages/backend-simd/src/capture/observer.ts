import type { TensorEntry } from '../tensor-entry.ts';

/** Traffic between JavaScript and tensors that no kernel call shows; a capture watches it. */
export interface Observer {
  /** Values from JavaScript became a tensor. */
  written(entry: TensorEntry, shape: readonly number[]): void;
  /** A tensor came from another backend. */
  moved(entry: TensorEntry, shape: readonly number[]): void;
  /** The values of a tensor go to JavaScript. */
  read(entry: TensorEntry): void;
}
