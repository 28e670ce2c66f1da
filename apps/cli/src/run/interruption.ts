import { exitCodes } from '../errors.ts';

const patience = 1000; // milliseconds: terminals and supervisors may send one interruption twice

/**
 * A signal that is aborted by Ctrl-C (or SIGTERM), so that a run can save and stop. Asked again, the process does not wait.
 */
export function interruptionSignal(): AbortSignal {
  const controller = new AbortController();
  let first = Number.POSITIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (performance.now() - first > patience) process.exit(exitCodes.interrupted);
      if (!controller.signal.aborted) first = performance.now();
      controller.abort();
    });
  }
  return controller.signal;
}
