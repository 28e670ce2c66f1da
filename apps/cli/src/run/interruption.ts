import { exitCodes } from '../errors.ts';

/**
 * A signal that is aborted by Ctrl-C (or SIGTERM), so that a run can save and stop. A second one does not wait.
 */
export function interruptionSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}
