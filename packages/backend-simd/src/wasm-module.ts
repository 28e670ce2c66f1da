import { SimdError } from './errors.ts';
import type { WasmExports } from './generated/exports.ts';
import { plainBinary } from './generated/plain.ts';
import { relaxedBinary } from './generated/relaxed.ts';

/** What the backend runs on. */
export interface SimdInfo {
  /** `relaxed` has fused multiply-add; `plain` is the fallback of engines without relaxed SIMD. */
  readonly build: 'plain' | 'relaxed';
  /** Why that build: what the engine offers, or SWITCHYARD_SIMD. */
  readonly reason: string;
}

export interface WasmModule {
  readonly exports: WasmExports;
  readonly memory: WebAssembly.Memory;
  readonly info: SimdInfo;
}

interface NodeProcess {
  readonly env?: Record<string, string | undefined>;
  getBuiltinModule?(name: 'node:v8'): { setFlagsFromString(flags: string): void };
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { process?: NodeProcess }).process;
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Node 20 knows relaxed SIMD only behind a flag, which V8 takes at any time before the module is compiled. */
function enableRelaxedSimd(binary: Uint8Array<ArrayBuffer>): boolean {
  if (WebAssembly.validate(binary)) return true;
  nodeProcess()?.getBuiltinModule?.('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(binary);
}

function choose(): { binary: Uint8Array<ArrayBuffer>; info: SimdInfo } {
  const wish = nodeProcess()?.env?.SWITCHYARD_SIMD;
  if (wish !== undefined && wish !== '' && wish !== 'plain' && wish !== 'relaxed') {
    throw new SimdError(
      'SWITCHYARD_SIMD_BUILD',
      `SWITCHYARD_SIMD is "${wish}"; it must be "plain" or "relaxed" (or unset: the best that runs).`,
    );
  }
  if (wish !== 'plain') {
    const binary = decode(relaxedBinary);
    if (enableRelaxedSimd(binary)) {
      return { binary, info: { build: 'relaxed', reason: 'this engine has relaxed SIMD' } };
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
  return { binary, info: { build: 'plain', reason } };
}

let compiled: Promise<{ module: WebAssembly.Module; info: SimdInfo }> | undefined;
let latest: SimdInfo | undefined;

/** The build that runs and why, or undefined before the backend was first set. */
export function simdInfo(): SimdInfo | undefined {
  return latest;
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
  compiled ??= (async () => {
    const { binary, info } = choose();
    return { module: await WebAssembly.compile(binary), info };
  })();
  const { module, info } = await compiled;
  latest = info;
  const memory = createMemory();
  const abort = () => {
    throw new SimdError('SWITCHYARD_SIMD_ABORT', 'A kernel aborted; this is a bug of @switchyard/backend-simd.');
  };
  const instance = await WebAssembly.instantiate(module, { env: { memory, abort } });
  return { exports: instance.exports as unknown as WasmExports, memory, info };
}
