import { project } from '@switchyard/tooling/vitest';
import { defineConfig } from 'vitest/config';

const packages = [
  'random',
  'tasks',
  'safetensors',
  'backend-simd',
  'attention',
  'models',
  'training',
  'diffusion',
  'experiments',
];

export default defineConfig({
  test: {
    reporters: ['default', '@switchyard/tooling/closing-line'],
    projects: [
      ...packages.map((name) => project(`packages/${name}`)),
      project('apps/cli'),
      project('apps/docs'),
      project('benchmarks'),
      { test: { name: 'repository', include: ['test/**/*.test.ts'] } },
    ],
  },
});
