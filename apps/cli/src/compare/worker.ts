import { resolveRun, runSchema, trainRun } from '@switchyard/experiments/run';
import { errorCode, isHouseError } from '../errors.ts';
import { withBackend } from '../run/backend.ts';
import type { FromWorker, ToWorker } from './messages.ts';

// One model of a comparison, trained in a process of its own. The parent says what to train and when to stop. A parent
// that is gone is a reason to stop too; signals, which a terminal sends to the whole group, are left to the parent.

const controller = new AbortController();
const tell = (message: FromWorker) => process.connected && process.send?.(message);

async function train({ options, out }: Extract<ToWorker, { type: 'train' }>): Promise<void> {
  try {
    const run = await withBackend(await resolveRun(runSchema.parse(options), (key) => key));
    await trainRun(run, {
      out,
      tensorBoard: false,
      signal: controller.signal,
      onEvent: (event) => void tell({ type: 'event', event }),
    });
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    tell({ type: 'error', code: errorCode(error), message: isHouseError(error) ? message : (stack ?? message) });
  } finally {
    process.disconnect?.();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => controller.abort());
process.on('message', (message: ToWorker) => {
  if (message.type === 'train') void train(message);
  else controller.abort();
});
