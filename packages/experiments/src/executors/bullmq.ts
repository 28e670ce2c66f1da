import { resolve } from 'node:path';
import type { RunRequest } from '../study/run-request.ts';
import type { Executor, Outcome, RunProgress, StartExecutor } from './executor.ts';
import { outcomeSchema } from './outcome-schema.ts';
import { connectRedis, type RedisAddress } from './redis.ts';

export interface BullmqOptions extends RedisAddress {
  /** Name of the queue, which coordinators and workers share. */
  readonly queue?: string | undefined;
}

export const defaultQueue = 'switchyard';

/** Seconds that Redis keeps an outcome for a coordinator that is away. */
const kept = 7 * 24 * 3600;
/** Milliseconds without a word after which the jobs are looked at. */
const silence = 30_000;

/**
 * Makes runs by workers that serve a queue in Redis, on any number of machines: see `serveQueue`. The id of a job is the
 * hash of its run, so that no run is queued twice. Closing leaves the queue as it is: workers go on, and a later executor
 * finds what they made.
 */
export function bullmqExecutor({ queue: name = defaultQueue, ...address }: BullmqOptions): StartExecutor {
  return async ({ onProgress, onEnd, onError, onWarning }) => {
    const { Queue, QueueEvents } = await import('bullmq'); // only then: it takes a while to load
    const redis = await connectRedis(address, onWarning);
    const keep = { removeOnComplete: { age: kept }, removeOnFail: { age: kept } };
    const queue = new Queue<RunRequest, Outcome>(name, { connection: redis, defaultJobOptions: keep });
    const events = new QueueEvents(name, { connection: redis });
    const ignore = () => {}; // the connection tells of outages
    queue.on('error', ignore);
    events.on('error', ignore);

    const ours = new Set<string>();
    let heard = performance.now();
    const end = (runHash: string, outcome: Outcome) => {
      if (ours.delete(runHash)) onEnd(runHash, outcome);
    };
    const ended = {
      completed: (runHash: string, value: unknown) => end(runHash, readOutcome(value)),
      failed: (runHash: string, reason: string) => end(runHash, { status: 'failed', reason, final: false }),
    };
    events.on('progress', ({ jobId, data }) => {
      heard = performance.now();
      if (ours.has(jobId)) onProgress(jobId, data as RunProgress);
    });
    events.on('completed', ({ jobId, returnvalue }) => ended.completed(jobId, returnvalue));
    events.on('failed', ({ jobId, failedReason }) => ended.failed(jobId, failedReason));

    /** Tells how a job ended whose event we may have missed. A job that is gone was lost with its server. */
    const look = async (runHash: string): Promise<void> => {
      const state = await queue.getJobState(runHash);
      if (state === 'unknown') end(runHash, { status: 'busy' });
      if (state !== 'completed' && state !== 'failed') return;
      const job = await queue.getJob(runHash);
      if (state === 'completed') ended.completed(runHash, job?.returnvalue);
      else ended.failed(runHash, job?.failedReason ?? '');
    };
    const lookAtAll = () => {
      heard = performance.now();
      inPieces([...ours], look).catch(onError);
    };
    redis.on('ready', lookAtAll);
    const clock = setInterval(() => performance.now() - heard > silence && lookAtAll(), silence / 10);

    /** Makes room for another try: what an earlier one left is taken if it is a result, else removed. */
    const clear = async (runHash: string): Promise<void> => {
      const state = await queue.getJobState(runHash);
      if (state !== 'completed' && state !== 'failed') return;
      const job = await queue.getJob(runHash);
      if (state === 'completed' && readOutcome(job?.returnvalue).status === 'done') return;
      await job?.remove();
    };

    const executor: Executor = {
      capacity: Number.POSITIVE_INFINITY,
      async submit(requests) {
        await inPieces(requests, ({ runHash }) => clear(runHash));
        for (const { runHash } of requests) ours.add(runHash);
        const jobs = requests.map((request) => ({
          name: 'run',
          data: { ...request, directory: resolve(request.directory) },
          opts: { jobId: request.runHash },
        }));
        await queue.addBulk(jobs);
        await inPieces(requests, ({ runHash }) => look(runHash)); // one that was there already tells us nothing more
      },
      async close() {
        clearInterval(clock);
        redis.off('ready', lookAtAll);
        await Promise.all([queue, events].map((part) => settled(part.close())));
        redis.disconnect();
      },
    };
    return executor;
  };
}

function readOutcome(value: unknown): Outcome {
  const result = outcomeSchema.safeParse(value);
  if (result.success) return result.data;
  return {
    status: 'failed',
    reason: 'its worker answered what no outcome is: are the versions the same?',
    final: true,
  };
}

/** Does something with all of a list, a pipeline of commands at a time. */
async function inPieces<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < all.length; start += 500) await Promise.all(all.slice(start, start + 500).map(work));
}

/** What closes without a server may wait for it: it is given a second. */
async function settled(closing: Promise<unknown>): Promise<void> {
  await Promise.race([closing.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
}
