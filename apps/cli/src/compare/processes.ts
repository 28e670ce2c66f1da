import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { EndEvent, TrainingEvent } from '@switchyard/training';
import type { FromWorker, ToWorker } from './messages.ts';

/** A run to be trained by a process of its own. */
export interface Job {
  readonly options: Readonly<Record<string, unknown>>;
  readonly out: string;
  onEvent(event: TrainingEvent): void;
}

/**
 * Trains one run in a new process: models share neither thread nor heap, so none can depend on what runs beside it. When
 * `signal` is aborted, the process is asked to save and stop.
 *
 * @throws Error with message and code of what went wrong there
 */
async function trainInProcess({ options, out, onEvent }: Job, signal: AbortSignal): Promise<EndEvent> {
  const child = fork(new URL('./worker.js', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, SWITCHYARD_THREADS: '1' }, // the processes share the cores
  });
  const send = (message: ToWorker) => child.connected && child.send(message);
  const stop = () => send({ type: 'stop' });
  let end: EndEvent | undefined;
  let failure: Error | undefined;
  child.on('message', (message: FromWorker) => {
    if (message.type === 'error') failure = Object.assign(new Error(message.message), { code: message.code });
    else {
      if (message.event.type === 'end') end = message.event;
      onEvent(message.event);
    }
  });
  signal.addEventListener('abort', stop);
  send({ type: 'train', options, out });
  // Its last messages may arrive after it has ended, but not after the channel has closed.
  const [[code, signalName]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  signal.removeEventListener('abort', stop);
  if (end) return end;
  throw failure ?? new Error(`the process that trained ${out} ended with ${signalName ?? `code ${code}`}`);
}

/**
 * Trains all runs, at most `limit` at a time, started in order. The first failure, or `signal`, stops those that run and
 * starts no more.
 *
 * @returns the last events of the runs, undefined for those that were not started
 */
export async function trainInProcesses(
  jobs: readonly Job[],
  limit: number,
  signal: AbortSignal,
): Promise<(EndEvent | undefined)[]> {
  const failed = new AbortController();
  const anyStop = AbortSignal.any([signal, failed.signal]);
  const ends: (EndEvent | undefined)[] = jobs.map(() => undefined);
  const waiting = [...jobs.entries()];
  const lane = async () => {
    for (let next = waiting.shift(); next && !anyStop.aborted; next = waiting.shift()) {
      ends[next[0]] = await trainInProcess(next[1], anyStop);
    }
  };
  const lanes = Array.from({ length: limit }, () =>
    lane().catch((error) => {
      failed.abort();
      throw error;
    }),
  );
  for (const result of await Promise.allSettled(lanes)) {
    if (result.status === 'rejected') throw result.reason;
  }
  return ends;
}
