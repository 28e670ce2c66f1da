import { zipFolder } from '../../../src/playground/archive.ts';
import type { NamedBytes } from '../../../src/playground/messages.ts';

/** Hands files to the reader: the model as it is, a run directory as a zip. */
export function save(files: readonly NamedBytes[], name: string, what: 'run' | 'model'): void {
  const bytes = what === 'run' ? zipFolder(name, files) : files[0]!.bytes;
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement('a');
  link.href = url;
  link.download = what === 'run' ? `${name}.zip` : `${name}.safetensors`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The chosen files with their bytes, by their paths below the chosen folder. */
export async function readFiles(files: Iterable<File>): Promise<NamedBytes[]> {
  return Promise.all(
    Array.from(files, async (file) => ({
      name: file.webkitRelativePath || file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
  );
}
