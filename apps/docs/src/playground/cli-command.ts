import { portable } from '@switchyard/experiments/browser';
import { type ResolvedRun, runDefaults } from './resolve-run.ts';

/** The command line that trains the same run: `npx pnpm@12 -s switchyard train`, and a flag for each key that is not at its default. */
export function cliCommand(run: ResolvedRun): string {
  const { task, model, optimizer, schedule, backend } = run.config;
  const kinds = { task: task.kind, model: model.kind, optimizer: optimizer.kind, schedule: schedule.kind };
  const defaults = new Map(leaves(runDefaults(kinds)));
  const kindDefaults = new Map(
    leaves(runDefaults({ task: 'iarc', model: 'transformer', optimizer: 'adamw', schedule: 'cosine' })),
  );
  const flags = leaves({ ...portable(run), backend: nodeBackend(backend) }).flatMap(([path, value]) => {
    if (path === 'evaluation.seed') return []; // follows from the seed
    if (path === 'model.feedForward' && value === 4 * ('width' in model ? model.width : 0)) return [];
    const usual = path.endsWith('.kind') ? kindDefaults.get(path) : defaults.get(path);
    return JSON.stringify(value) === JSON.stringify(usual) ? [] : [`--${path} ${value}`];
  });
  return ['npx pnpm@12 -s switchyard train', ...flags].join(' ');
}

/** Backends that only browsers have become the one that Node takes by itself. */
function nodeBackend(backend: string): string {
  return backend === 'webgl' || backend === 'webgpu' ? 'auto' : backend;
}

/** The leaves of nested maps by their dotted paths. */
function leaves(value: unknown, path = ''): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`));
}
