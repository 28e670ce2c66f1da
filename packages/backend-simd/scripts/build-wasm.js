// Compiles assembly/ twice (plain and relaxed SIMD) and embeds both binaries as base64 in src/generated/, so that they load in Node,
// browsers and workers without a fetch. Writes the type of the exports beside them.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const generated = join(root, 'src/generated');
const notice = '// Made by scripts/build-wasm.js from assembly/.\n';

// Level 1: the higher levels sink the multiply-adds of a tile into one expression per accumulator, which then spill (see matmul.ts).
const options = [
  'assembly/index.ts',
  '--runtime=stub',
  '--optimizeLevel=1',
  '--noAssert',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory=1',
  '--maximumMemory=65536',
  '--enable=simd',
  '--enable=threads',
];

async function compile(name, flags) {
  const binary = join(tmpdir(), `switchyard-${process.pid}-${name}.wasm`);
  const { error, stderr } = await asc.main([...options, ...flags, `--baseDir=${root}`, `--outFile=${binary}`], {});
  if (error) throw new Error(`asc could not compile the ${name} build: ${error.message}\n${stderr.toString()}`);
  const bytes = await readFile(binary);
  await rm(binary);
  await writeFile(
    join(generated, `${name}.ts`),
    `${notice}export const ${name}Binary: string =\n  '${bytes.toString('base64')}';\n`,
  );
  console.log(`${name}: ${bytes.length} bytes`);
}

/** Every address and number crosses as a number; parameter names make a call checkable. */
async function writeTypes() {
  const index = await readFile(join(root, 'assembly/index.ts'), 'utf8');
  const signatures = [];
  for (const [, names, file] of index.matchAll(/^export (.+) from '\.\/(.+)';/gm)) {
    const source = await readFile(join(root, 'assembly', `${file}.ts`), 'utf8');
    for (const [, name, parameters, result] of source.matchAll(/^export function (\w+)\(([^)]*)\): (\w+)/gm)) {
      if (names !== '*' && !names.split(/\W+/).includes(name)) continue;
      const typed = [...parameters.matchAll(/(\w+): \w+/g)].map(([, parameter]) => `${parameter}: number`).join(', ');
      signatures.push(`  ${name}(${typed}): ${result === 'void' ? 'void' : 'number'};`);
    }
  }
  await writeFile(
    join(generated, 'exports.ts'),
    `${notice}export interface WasmExports {\n${signatures.join('\n')}\n}\n`,
  );
}

await mkdir(generated, { recursive: true });
await writeTypes();
await compile('plain', []);
await compile('relaxed', ['--enable=relaxed-simd']);
