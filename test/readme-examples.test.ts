import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** The TypeScript code blocks of a README, in order. */
function codeBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]!);
}

/** Runs code as a user of the built package would: a module inside the package's folder, under plain Node. */
async function runInside(folder: string, name: string, code: string): Promise<string> {
  const scratch = resolve(folder, 'dist', '.readme');
  mkdirSync(scratch, { recursive: true });
  const file = join(scratch, `${name}.mjs`);
  const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  writeFileSync(file, ts.transpileModule(code, { compilerOptions: options }).outputText);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: scratch, timeout: 60_000 });
    return stdout;
  } finally {
    rmSync(file, { force: true });
  }
}

const folders = readdirSync('packages').map((name) => join('packages', name));

describe('the examples of every package README run and print something', () => {
  test.each(folders)('%s', async (folder) => {
    const blocks = codeBlocks(readFileSync(join(folder, 'README.md'), 'utf8'));
    expect(blocks.length).toBeGreaterThan(0);
    for (const [index, code] of blocks.entries()) {
      expect((await runInside(folder, `example-${index}`, code)).trim()).not.toBe('');
    }
  });
});
