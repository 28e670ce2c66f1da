import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** The packages from the ground up: each may import what stands before it, never what stands after. */
const order = [
  'random',
  'safetensors',
  'tasks',
  'backend-simd',
  'attention',
  'models',
  'training',
  'diffusion',
  'experiments',
];

/** The packages that run in browsers too. */
const portable = order.filter((name) => name !== 'experiments');

function sources(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('generated'))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
}

const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);

/** Those that are left when types are gone. */
const valueImportsOf = (text: string): string[] =>
  [...text.matchAll(/^(?:import|export)\b(?! type\b)[^;']*from '([^']+)'/gm)].map((match) => match[1]!);

test.each(order)('packages/%s imports only what stands below it', (name) => {
  const above = order.slice(order.indexOf(name) + 1).map((other) => `@switchyard/${other}`);
  const upwards = sources(join('packages', name, 'src')).flatMap(({ path, text }) =>
    importsOf(text)
      .filter((specifier) => above.some((other) => specifier === other || specifier.startsWith(`${other}/`)))
      .map((specifier) => `${path} imports ${specifier}`),
  );
  expect(upwards).toEqual([]);
});

test.each(portable)('packages/%s touches Node built-ins only in *.node.ts and the ./node entry', (name) => {
  const outside = sources(join('packages', name, 'src'))
    .filter(({ path }) => !path.endsWith('.node.ts') && !path.endsWith('/node.ts'))
    .flatMap(({ path, text }) =>
      importsOf(text)
        .filter((specifier) => specifier.startsWith('node:'))
        .map((specifier) => `${path} imports ${specifier}`),
    );
  expect(outside).toEqual([]);
});

test('nothing that @switchyard/experiments/browser imports touches Node built-ins', () => {
  const seen = new Set<string>();
  const reach = (path: string): string[] => {
    if (seen.has(path)) return [];
    seen.add(path);
    const specifiers = valueImportsOf(readFileSync(path, 'utf8'));
    const within = specifiers.filter((specifier) => specifier.startsWith('.'));
    return [
      ...specifiers.filter((specifier) => /^node:|\/node$/.test(specifier)).map((name) => `${path} imports ${name}`),
      ...within.flatMap((specifier) => reach(join(dirname(path), specifier))),
    ];
  };
  expect(reach(join('packages', 'experiments', 'src', 'browser', 'index.ts'))).toEqual([]);
  expect(seen).toContain(join('packages', 'experiments', 'src', 'run', 'sequence-run.ts'));
});

test('every package of the house is in the order', () => {
  expect(readdirSync('packages').sort()).toEqual([...order].sort());
});
