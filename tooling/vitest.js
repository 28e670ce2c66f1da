/** The export condition under which workspace packages resolve to their TypeScript sources: tests need no build. */
export const sourceCondition = '@switchyard/source';

/**
 * One vitest project per workspace package; all share these settings.
 *
 * @param {string} root folder of the package, relative to the repository root
 */
export function project(root) {
  return {
    resolve: { conditions: [sourceCondition] },
    ssr: { resolve: { conditions: [sourceCondition, 'node', 'import', 'module', 'default'] } },
    test: {
      name: root.replace(/^(packages|apps)\//, ''),
      root,
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      // Several test files run at once; tests of threads ask for their own number.
      env: { SWITCHYARD_THREADS: '1' },
      testTimeout: 60_000,
    },
  };
}
