import { setImmediate } from 'node:timers/promises';
import type { Outcome, StartExecutor } from '../src/executors/executor.ts';
import type { RunRequest } from '../src/study/run-request.ts';
import { finishedRun } from './finished-run.ts';

export const done = (accuracy: number): Outcome => ({ status: 'done', result: finishedRun(accuracy) });
export const failed = (reason: string, final = false): Outcome => ({ status: 'failed', reason, final });

/** An executor that asks a function how a run ends; `made` holds what it was given, in order. */
export function fakeExecutor(
  answer: (request: RunRequest, attempt: number) => Outcome | Promise<Outcome>,
  capacity = 3,
): { start: StartExecutor; made: RunRequest[] } {
  const made: RunRequest[] = [];
  const start: StartExecutor = async ({ onEnd }) => ({
    capacity,
    async submit(requests) {
      for (const request of requests) {
        made.push(request);
        const attempt = made.filter(({ runHash }) => runHash === request.runHash).length;
        void setImmediate()
          .then(() => answer(request, attempt))
          .then((outcome) => onEnd(request.runHash, outcome));
      }
    },
    async close() {},
  });
  return { start, made };
}
