import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { BackendError } from './errors.ts';
import { errorCode } from './files.node.ts';
import { type BackendName, selectBackend as selectAnywhere } from './select-backend.ts';

/**
 * Makes a backend the current one and says which it is. `tensorflow` is the optional package @tensorflow/tfjs-node, or
 * the copy of it whose folder the environment variable SWITCHYARD_TFJS_NODE names.
 *
 * @throws BackendError where it is unknown or cannot run here, saying what to run
 */
export async function selectBackend(name: BackendName): Promise<Exclude<BackendName, 'auto'>> {
  if (name !== 'tensorflow') return selectAnywhere(name);
  if (!tf.findBackendFactory('tensorflow')) loadTensorflow();
  await tf.setBackend('tensorflow');
  return 'tensorflow';
}

function loadTensorflow(): void {
  const require = createRequire(import.meta.url);
  const folder = process.env.SWITCHYARD_TFJS_NODE;
  let entry: string;
  try {
    entry = require.resolve(folder ? resolve(folder) : '@tensorflow/tfjs-node');
  } catch (cause) {
    const remedy = folder
      ? `SWITCHYARD_TFJS_NODE names ${folder}, which is not the folder of an installed @tensorflow/tfjs-node`
      : `@tensorflow/tfjs-node is not installed: run npm install @tensorflow/tfjs-node@${tf.version.tfjs}`;
    throw new BackendError(`backend tensorflow: ${remedy}`, { cause });
  }
  try {
    shareTfjs(entry);
    // tfjs-node 4.22 calls this, and Node.js 23 removed it.
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
    require(entry);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : errorCode(cause);
    throw new BackendError(
      `backend tensorflow: @tensorflow/tfjs-node does not load (${reason.trim()}): run npm rebuild @tensorflow/tfjs-node --build-addon-from-source`,
      { cause },
    );
  }
}

/** Gives a copy of tfjs-node installed elsewhere our tfjs: a backend registers with the one instance it is loaded with. */
function shareTfjs(entry: string): void {
  const require = createRequire(import.meta.url);
  const requireOfTfjs = createRequire(require.resolve('@tensorflow/tfjs'));
  const requireOfNode = createRequire(entry);
  for (const [name, ours] of [
    ['@tensorflow/tfjs', require.resolve('@tensorflow/tfjs')],
    ['@tensorflow/tfjs-core', requireOfTfjs.resolve('@tensorflow/tfjs-core')],
  ] as const) {
    require(ours);
    require.cache[requireOfNode.resolve(name)] = require.cache[ours];
  }
}
