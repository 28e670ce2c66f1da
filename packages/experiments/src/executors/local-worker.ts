import { executeRun } from './execute-run.ts';
import type { FromWorker, ToWorker } from './local-messages.ts';

// A process of the local executor: makes one run after the other. The parent says which, and when to stop. A parent that
// is gone is a reason to stop too; signals, which a terminal sends to the whole group, are left to the parent.

const controller = new AbortController();
const tell = (message: FromWorker) => process.connected && process.send?.(message);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => controller.abort());
process.on('message', async (message: ToWorker) => {
  if (message.type === 'stop') {
    controller.abort();
    return;
  }
  const outcome = await executeRun(message.request, {
    signal: controller.signal,
    onProgress: (progress) => tell({ type: 'progress', progress }),
  });
  tell({ type: 'end', outcome });
});
