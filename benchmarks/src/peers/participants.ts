import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ParticipantSpec } from './participant.ts';

/** Threads for whoever can be told how many to use. */
const cores: number = availableParallelism();

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

// This file and its copy in dist/peers lie equally deep, so that both find these.
const tools = path('../../../../shared/tools');
const pytorchPeer = path('../../src/peers/pytorch-peer.py');
const main = path('../main.js');

function tfjs(backend: string, threads = 1): Pick<ParticipantSpec, 'command' | 'env'> {
  const command = [process.execPath, main, 'participant', '--backend', backend] as const;
  return { command, env: { SWITCHYARD_THREADS: String(threads) } };
}

/**
 * PyTorch runs as it comes: also its threads wait as they do by default, spinning for a few milliseconds. Compiling without helper
 * processes leaves none behind.
 */
function pytorch(mode: 'eager' | 'compile'): Pick<ParticipantSpec, 'command' | 'env' | 'missing'> {
  return {
    command: [`${tools}/with-pytorch`, pytorchPeer, `${tools}/peer_pytorch.py`, mode, String(cores)],
    env: { TORCHINDUCTOR_COMPILE_THREADS: '1' },
    missing: existsSync(`${tools}/with-pytorch`)
      ? undefined
      : 'there is no ../shared/tools/with-pytorch beside this checkout',
  };
}

/** Who can be timed, in the order of the tables. */
export const participants: readonly ParticipantSpec[] = [
  { name: 'simd', title: `\`simd\`, ${cores} threads`, ...tfjs('simd', cores) },
  { name: 'simd-1', title: '`simd`, one thread', ...tfjs('simd') },
  { name: 'pytorch-eager', title: 'PyTorch eager', ...pytorch('eager') },
  { name: 'pytorch-compiled', title: 'PyTorch compiled', ...pytorch('compile') },
  { name: 'tfjs-node', title: 'tfjs-node', ...tfjs('tensorflow') },
  { name: 'tfjs-wasm', title: 'tfjs wasm', ...tfjs('wasm') },
  { name: 'tfjs-cpu', title: 'tfjs cpu', ...tfjs('cpu') },
];
