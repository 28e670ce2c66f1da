import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from './temporary.ts';

const loader = new URL('../../training/test/typescript.js', import.meta.url).href;

const cache = temporaryDirectory();

/** How to run a module of `src` in a process of its own, as it stands. */
export function typescriptFlags(): { readonly execArgv: string[]; readonly env: NodeJS.ProcessEnv } {
  return {
    execArgv: ['-C', '@switchyard/source', '--import', loader],
    env: { ...process.env, NODE_OPTIONS: '', TYPESCRIPT_CACHE: cache },
  };
}

/** The path of a module of `src`. */
export function sourcePath(name: string): string {
  return fileURLToPath(new URL(`../src/${name}`, import.meta.url));
}
