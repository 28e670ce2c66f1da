import { SimdError } from './errors.ts';
import type { WasmExports } from './generated/exports.ts';
import { plainBinary } from './generated/plain.ts';
import { relaxedBinary } from './generated/relaxed.ts';
import { environmentVariable, nodeModule } from './platform.ts';
import { chooseThreads } from './threads.ts';

/** What the backend runs on. */
export interface SimdInfo {
  /** `relaxed` has fused multiply-add; `plain` is the fallback of engines without relaxed SIMD. */
  readonly build: 'plain' | 'relaxed';
  /** Why that build: what the engine offers, or SWITCHYARD_SIMD. */
  readonly reason: string;
  /** Threads that kernels work with: the caller's, and the workers beside it. */
  readonly threads: number;
}

export interface WasmModule {
  readonly module: WebAssembly.Module;
  readonly exports: WasmExports;
  readonly memory: WebAssembly.Memory;
  readonly info: SimdInfo;
}

type Build = Pick<SimdInfo, 'build' | 'reason'>;

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Node 20 knows relaxed SIMD only behind a flag, which V8 takes at any time before the module is compiled. */
function enableRelaxedSimd(binary: Uint8Array<ArrayBuffer>): boolean {
  if (WebAssembly.validate(binary)) return true;
  nodeModule('node:v8')?.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(binary);
}

function choose(): { binary: Uint8Array<ArrayBuffer>; build: Build } {
  const wish = environmentVariable('SWITCHYARD_SIMD');
  if (wish !== undefined && wish !== 'plain' && wish !== 'relaxed') {
    throw new SimdError(
      'SWITCHYARD_SIMD_BUILD',
      `SWITCHYARD_SIMD is "${wish}"; it must be "plain" or "relaxed" (or unset: the best that runs).`,
    );
  }
  if (wish !== 'plain') {
    const binary = decode(relaxedBinary);
    if (enableRelaxedSimd(binary)) {
      return { binary, build: { build: 'relaxed', reason: 'this engine has relaxed SIMD' } };
    }
    if (wish === 'relaxed') {
      throw new SimdError(
        'SWITCHYARD_SIMD_BUILD',
        'SWITCHYARD_SIMD is "relaxed", but this engine has no relaxed SIMD; unset it.',
      );
    }
  }
  const binary = decode(plainBinary);
  if (!WebAssembly.validate(binary)) {
    throw new SimdError(
      'SWITCHYARD_SIMD_ENGINE',
      'This JavaScript engine has no WebAssembly SIMD with shared memory; use another backend (cpu, wasm, webgl) or a newer engine.',
    );
  }
  const reason = wish === 'plain' ? 'SWITCHYARD_SIMD=plain' : 'this engine has no relaxed SIMD';
  return { binary, build: { build: 'plain', reason } };
}

let compiled: Promise<{ module: WebAssembly.Module; build: Build }> | undefined;
let latest: SimdInfo | undefined;

/** The build that runs and why, or undefined before the backend was first set. */
export function simdInfo(): SimdInfo | undefined {
  return latest;
}

let failure: unknown;

/** Why the backend did not start the last time that it was to, or undefined: tfjs prints the reason and says only that it failed. */
export function simdFailure(): unknown {
  return failure;
}

/** Largest memory that the engine grants: 4 GiB, or less where address space is scarce (some phones). Shared, so that views never detach. */
function createMemory(): WebAssembly.Memory {
  for (const maximum of [65_536, 32_768, 16_384]) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
    } catch {}
  }
  throw new SimdError(
    'SWITCHYARD_SIMD_ENGINE',
    'The engine grants no shared WebAssembly memory of even 1 GiB; use another backend.',
  );
}

/** A fresh instance with its own memory; the module is compiled once. */
export async function loadWasm(): Promise<WasmModule> {
  try {
    failure = undefined;
    return await load();
  } catch (error) {
    failure = error;
    throw error;
  }
}

async function load(): Promise<WasmModule> {
  compiled ??= (async () => {
    const { binary, build } = choose();
    return { module: await WebAssembly.compile(binary), build };
  })();
  const { module, build } = await compiled;
  latest = { ...build, threads: chooseThreads() };
  const memory = createMemory();
  const abort = () => {
    throw new SimdError('SWITCHYARD_SIMD_ABORT', 'A kernel aborted; this is a bug of @switchyard/backend-simd.');
  };
  const threadLost = () => {
    throw new SimdError(
      'SWITCHYARD_SIMD_THREAD_LOST',
      'A thread of the simd backend has died, and its results are lost; start the program again, with SWITCHYARD_THREADS=1 if it happens again.',
    );
  };
  const instance = await WebAssembly.instantiate(module, { env: { memory, abort, threadLost } });
  return { module, exports: instance.exports as unknown as WasmExports, memory, info: latest };
}
