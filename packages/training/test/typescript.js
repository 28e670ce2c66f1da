// Lets plain Node.js run the repository's TypeScript: `node -C @switchyard/source --import ./typescript.js file.ts`.
// Types are erased, nothing is bundled; Node.js 20 cannot do it by itself. What was erased is kept in the directory
// that TYPESCRIPT_CACHE names, so that only the first of several processes needs the compiler.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// This module is also the hooks that it registers; they run on a thread of their own.
if (isMainThread) register(import.meta.url);

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const cached = join(process.env.TYPESCRIPT_CACHE, encodeURIComponent(url));
  const source = await readFile(cached, 'utf8').catch(async () => {
    const { default: typescript } = await import('typescript');
    const compilerOptions = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2023 };
    const text = await readFile(fileURLToPath(url), 'utf8');
    const { outputText } = typescript.transpileModule(text, { compilerOptions });
    const temporary = `${cached}.${process.pid}`;
    await writeFile(temporary, outputText);
    await rename(temporary, cached); // whole or not at all: other processes read it
    return outputText;
  });
  return { format: 'module', source, shortCircuit: true };
}
