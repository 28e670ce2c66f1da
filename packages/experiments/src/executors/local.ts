import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { RunRequest } from '../study/run-request.ts';
import type { Executor, Outcome, StartExecutor } from './executor.ts';
import type { FromWorker, ToWorker } from './local-messages.ts';

export interface LocalOptions {
  /** Processes; by default as many as cores. Each uses one thread. */
  readonly workers?: number;
  /** The module that they run, and how: for tests. */
  readonly module?: { readonly url: URL; readonly options?: ForkOptions };
}

/**
 * Makes runs in processes on this machine, which live as long as the executor does and make one run after the other. A
 * process that dies fails its run, and is replaced when there is another one to make.
 */
export function localExecutor({
  workers = availableParallelism(),
  module = builtModule,
}: LocalOptions = {}): StartExecutor {
  return async ({ onProgress, onEnd }) => {
    const queue: RunRequest[] = [];
    const idle: ChildProcess[] = [];
    const busy = new Map<ChildProcess, Promise<void>>();
    let closing = false;

    /** Lets a process make one run. */
    const work = async (child: ChildProcess, request: RunRequest): Promise<void> => {
      const { runHash } = request;
      const outcome = await make(child, request, (progress) => onProgress(runHash, progress));
      busy.delete(child);
      if (child.connected) idle.push(child);
      onEnd(runHash, outcome);
      assign();
    };
    const assign = () => {
      while (!closing && queue.length > 0 && busy.size < workers) {
        const child = idle.pop() ?? start(module);
        busy.set(child, work(child, queue.shift()!));
      }
    };

    const executor: Executor = {
      capacity: workers,
      async submit(requests) {
        queue.push(...requests);
        assign();
      },
      async close() {
        closing = true;
        queue.length = 0;
        for (const child of busy.keys()) send(child, { type: 'stop' });
        await Promise.all(busy.values());
        await Promise.all(idle.map(end));
      },
    };
    return executor;
  };
}

const builtModule = { url: new URL('./local-worker.js', import.meta.url) };

function start({ url, options }: NonNullable<LocalOptions['module']>): ChildProcess {
  const env = { ...process.env, ...options?.env, SWITCHYARD_THREADS: '1' };
  return fork(url, { ...options, env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}

const send = (child: ChildProcess, message: ToWorker) => child.connected && child.send(message);

/** Makes a run in a process. @returns how it ended; where the process died of it, with what it said last */
async function make(
  child: ChildProcess,
  request: RunRequest,
  onProgress: (progress: Extract<FromWorker, { type: 'progress' }>['progress']) => void,
): Promise<Outcome> {
  let lastWords = '';
  const listen = (text: Buffer) => {
    lastWords = `${lastWords}${text}`.slice(-1000);
  };
  const done = new AbortController();
  const outcome = new Promise<Outcome>((resolve) => {
    const onMessage = (message: FromWorker) => {
      if (message.type === 'progress') onProgress(message.progress);
      else resolve(message.outcome);
    };
    const onClose = (code: number | null, signal: string | null) => {
      const reason = `its process ended with ${signal ?? `code ${code}`} ${lastWords.trim()}`.trim();
      resolve({ status: 'failed', reason, final: false });
    };
    child.on('message', onMessage).on('close', onClose).stderr?.on('data', listen);
    done.signal.addEventListener('abort', () => {
      child.off('message', onMessage).off('close', onClose).stderr?.off('data', listen);
    });
  });
  send(child, { type: 'run', request });
  return outcome.finally(() => done.abort());
}

/** Ends a process that has nothing to do. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}
