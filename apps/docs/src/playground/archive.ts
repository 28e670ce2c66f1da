import { type Zippable, zipSync } from 'fflate';
import type { NamedBytes } from './messages.ts';

/** Files in a folder as a zip. Checkpoints are stored as they are: random bytes do not get smaller. */
export function zipFolder(folder: string, files: readonly NamedBytes[]): Uint8Array<ArrayBuffer> {
  const entries: Zippable = {};
  for (const { name, bytes } of files) {
    entries[`${folder}/${name}`] = [bytes, { level: name.endsWith('.safetensors') ? 0 : 6, mtime: '2026-01-01' }];
  }
  return zipSync(entries) as Uint8Array<ArrayBuffer>;
}
