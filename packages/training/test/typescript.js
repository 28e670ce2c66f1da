// Lets plain Node.js run the repository's TypeScript: `node -C @switchyard/source --import ./typescript.js file.ts`.
// Types are erased, nothing is bundled; Node.js 20 cannot do it by itself.
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// This module is also the hooks that it registers; they run on a thread of their own.
if (isMainThread) register(import.meta.url);

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const { default: typescript } = await import('typescript');
  const source = await readFile(fileURLToPath(url), 'utf8');
  const compilerOptions = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2023 };
  const { outputText } = typescript.transpileModule(source, { compilerOptions });
  return { format: 'module', source: outputText, shortCircuit: true };
}
