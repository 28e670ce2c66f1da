import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Job } from 'bullmq';
import type { RunRequest } from '../study/run-request.ts';
import { type BullmqOptions, defaultQueue } from './bullmq.ts';
import type { Outcome, StartExecutor } from './executor.ts';
import { removeForeignLock } from './foreign-lock.ts';
import { localExecutor } from './local.ts';
import { requestSchema } from './outcome-schema.ts';
import { connectRedis } from './redis.ts';

export interface ServeOptions extends BullmqOptions {
  /** Runs made at a time; by default as many as cores. */
  readonly workers?: number;
  /** Where run directories lie; by default where the study has them, which every machine must then see. */
  readonly runs?: string | undefined;
  /** Seconds without a sign of life after which another worker takes over what this one has. */
  readonly patience?: number;
  /** Asks to save what runs, give it back to the queue, and end. */
  readonly signal: AbortSignal;
  /** Makes the runs; by default processes of this machine. */
  readonly executor?: StartExecutor;
  /** Called once it serves the queue. */
  onReady?(): void;
  onStart?(request: RunRequest): void;
  onEnd?(request: RunRequest, outcome: Outcome): void;
  onWarning?(message: string): void;
}

/** Milliseconds until a run that another process has is asked for again; and between two signs of progress. */
const second = 1000;

/**
 * Makes the runs that a queue in Redis holds, for as long as it is not asked to end. Its jobs are locked in Redis; when it
 * dies, or loses touch, another worker takes them over, from their checkpoints where it sees the same run directories.
 *
 * @throws ExperimentError `SWITCHYARD_EXECUTOR` where Redis cannot be reached
 */
export async function serveQueue(options: ServeOptions): Promise<void> {
  const { queue = defaultQueue, workers = availableParallelism(), runs, patience = 30, signal } = options;
  const { onReady, onStart, onEnd, onWarning = () => {}, executor: start = localExecutor({ workers }) } = options;
  const { DelayedError, WaitingError, Worker } = await import('bullmq'); // only then: it takes a while to load
  const redis = await connectRedis(options, onWarning);
  const current = new Map<string, { job: Job; shown: number; resolve(outcome: Outcome): void }>();

  const executor = await start({
    onProgress(runHash, progress) {
      const run = current.get(runHash);
      if (!run || performance.now() - run.shown < second) return;
      run.shown = performance.now();
      run.job.updateProgress({ ...progress }).catch(() => {}); // the next one may get through
    },
    onEnd(runHash, outcome) {
      current.get(runHash)?.resolve(outcome);
    },
    onError: (error) => onWarning(error.message),
    onWarning,
  });

  const make = async (job: Job, token?: string): Promise<Outcome> => {
    const given = requestSchema.parse(job.data);
    const directory = runs === undefined ? given.directory : join(runs, given.runHash.slice(0, 16));
    const request = { ...given, directory };
    onStart?.(request);
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      current.set(request.runHash, { job, shown: 0, resolve });
      executor.submit([request]).catch(reject);
    }).finally(() => current.delete(request.runHash));
    onEnd?.(request, outcome);
    if (outcome.status === 'interrupted') {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    if (outcome.status === 'busy') {
      if (job.stalledCounter > 0) removeForeignLock(directory);
      await job.moveToDelayed(Date.now() + second, token);
      throw new DelayedError();
    }
    return outcome;
  };

  const worker = new Worker(queue, make, {
    connection: redis,
    concurrency: workers,
    lockDuration: patience * second,
    stalledInterval: patience * second,
    maxStalledCount: 10,
  });
  worker.on('error', () => {}); // the connection tells of outages, and the queue of jobs that somebody else has now
  onReady?.();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  await worker.pause(true);
  await executor.close();
  await worker.close();
  redis.disconnect();
}
