import type { DataType, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { NumericType } from '../tensor-entry.ts';

/** A function of the WebAssembly module; what takes addresses and numbers only. */
export type WasmFunction = (...parameters: number[]) => number | undefined;

export interface WasmCall {
  readonly name: string;
  readonly run: WasmFunction;
  readonly parameters: readonly number[];
  readonly result: number | undefined;
}

/** A tensor as a place in memory. */
export interface Place {
  readonly address: number;
  readonly shape: number[];
  readonly dtype: NumericType;
}

/** A kernel that JavaScript runs on views of the memory: it is run again on the same places, its results are copied to theirs. */
export interface HostCall {
  readonly run: KernelFunc;
  readonly inputs: Parameters<KernelFunc>[0]['inputs'];
  readonly attributes: Parameters<KernelFunc>[0]['attrs'];
  /** undefined for a result that is a view of an input. */
  readonly outputs: readonly (Place | undefined)[];
}

/** One call of a tfjs kernel: its WebAssembly calls, or a host call. A view (Reshape, Identity) has neither. */
export interface Operation {
  readonly kernel: string;
  /** Dtypes and shapes of the inputs. */
  readonly inputs: string;
  readonly attributes: unknown;
  readonly calls: readonly WasmCall[];
  readonly host: HostCall | undefined;
}

/** A tensor made from JavaScript values during the step, such as `tf.scalar(0.5)`. */
export interface Constant {
  /** Operations before it. */
  readonly position: number;
  /** Number of its block, in order of allocation. */
  readonly block: number;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly address: number;
  readonly bytes: Uint8Array;
  /** The first kernel that takes it. */
  usedBy?: string;
}

/** What one run of a step did. */
export interface Trace {
  readonly operations: readonly Operation[];
  readonly constants: readonly Constant[];
  /** Tensors from before the run that a kernel took, by data id. */
  readonly used: ReadonlyMap<object, TensorInfo>;
  /** Why this run cannot be replayed, where it showed. */
  readonly obstacle: string | undefined;
}

/** `float32 [64, 20]` */
export function describe({ dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] }): string {
  return `${dtype} [${shape.join(', ')}]`;
}
