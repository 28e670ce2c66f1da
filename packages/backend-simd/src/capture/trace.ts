import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { NumericType } from '../tensor-entry.ts';

/** A byte of a block that the step allocates; blocks are numbered in order of allocation. */
export interface BlockByte {
  readonly block: number;
  readonly offset: number;
}

/** An address: in a block that the step allocates, so that it can be moved, or fixed (variables, inputs, scratch memory). */
export interface Location {
  readonly address: number;
  readonly within: BlockByte | undefined;
}

/** Where a tensor lies. */
export interface Place extends Location {
  readonly shape: number[];
  readonly dtype: NumericType;
}

/** A function of the WebAssembly module: it takes addresses and numbers only. */
export type WasmFunction = (...parameters: number[]) => number | undefined;

export interface WasmCall {
  readonly name: string;
  readonly run: WasmFunction;
  /** Numbers, and addresses: those have a place `within` a block, unless they are fixed. A number may look like an address. */
  readonly locations: readonly Location[];
  readonly result: number | undefined;
}

type KernelParameters = Parameters<KernelFunc>[0];

/** A kernel that JavaScript runs on views of the memory: it is run again on the same places, its results are copied to theirs. */
export interface HostCall {
  readonly run: KernelFunc;
  /** Whether it takes its inputs as a list; else by name. */
  readonly listed: boolean;
  readonly inputs: Readonly<Record<string, Place>>;
  readonly attributes: KernelParameters['attrs'];
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
  readonly block: number;
  readonly shape: readonly number[];
  readonly dtype: NumericType;
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
