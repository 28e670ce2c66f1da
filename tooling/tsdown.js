import { defineConfig } from 'tsdown';

/**
 * One build preset for every package: ESM, one output file per source file, declarations and source maps.
 *
 * @param {string[]} entry source files that become entry points of the package
 * @param {import('tsdown').UserConfig} [overrides]
 */
export function library(entry, overrides = {}) {
  return defineConfig({
    entry,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    unbundle: true,
    dts: true,
    sourcemap: true,
    clean: true,
    fixedExtension: false,
    logLevel: 'warn',
    ...overrides,
  });
}
