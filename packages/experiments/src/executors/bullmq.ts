import { resolve } from 'node:path';
import type { Job } from 'bullmq';
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
/** Milliseconds between two looks at so many of the jobs, for events that were missed: Redis keeps the last 10 000 alone. */
const interval = 1000;
const atATime = 2000;

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
    const adding = new Set<string>(); // those of ours that have no job yet
    const end = (runHash: string, outcome: Outcome) => {
      if (ours.delete(runHash)) onEnd(runHash, outcome);
    };
    events.on('progress', ({ jobId, data }) => {
      if (ours.has(jobId)) onProgress(jobId, data as RunProgress);
    });
    events.on('completed', ({ jobId, returnvalue }) => end(jobId, readOutcome(returnvalue)));
    events.on('failed', ({ jobId, failedReason }) => end(jobId, failure(failedReason)));

    /** The job of a run, where it is over; else whether there is one. (BullMQ's own question searches its lists.) */
    const jobOf = async (runHash: string): Promise<Job<RunRequest, Outcome> | 'queued' | undefined> => {
      const [made, over] = await redis.hmget(queue.toKey(runHash), 'timestamp', 'finishedOn');
      return over ? queue.getJob(runHash) : made ? 'queued' : undefined;
    };
    /** Tells how a job ended whose event we may have missed. One that is gone was lost with its server. */
    const look = async (runHash: string): Promise<void> => {
      const job = await jobOf(runHash);
      if (job !== 'queued' && !adding.has(runHash)) end(runHash, job ? outcomeOf(job) : { status: 'busy' });
    };
    /** Looks at the oldest of our runs, which then are the youngest. One look at a time: a slow server is not asked faster. */
    let looking = false;
    let next = 0;
    let closed = false;
    const lookAt = async (count: number): Promise<void> => {
      if (looking || redis.status !== 'ready') return;
      looking = true;
      const began = performance.now();
      try {
        const oldest = first(ours, count);
        for (const runHash of oldest) {
          ours.delete(runHash);
          ours.add(runHash);
        }
        await inPieces(oldest, look);
      } catch (error) {
        if (!closed) onError(error as Error);
      } finally {
        looking = false;
        next = performance.now() + 9 * (performance.now() - began); // a tenth of the time, however slow it goes
      }
    };
    const lookAtAll = () => void lookAt(Number.POSITIVE_INFINITY);
    redis.on('ready', lookAtAll);
    const clock = setInterval(() => {
      if (performance.now() >= next) void lookAt(atATime);
    }, interval);

    /** Whether a run needs a new job: what an earlier one left is taken if it is a result, else makes room. */
    const needsJob = async ({ runHash }: RunRequest): Promise<boolean> => {
      const job = await jobOf(runHash);
      if (job === 'queued' || job === undefined) return job === undefined;
      const outcome = outcomeOf(job);
      if (outcome.status === 'done') end(runHash, outcome);
      else await job.remove();
      return outcome.status !== 'done';
    };

    const executor: Executor = {
      capacity: Number.POSITIVE_INFINITY,
      async submit(requests) {
        for (const { runHash } of requests) {
          ours.add(runHash);
          adding.add(runHash);
        }
        const needed = await Promise.all(requests.map(needsJob));
        const jobs = requests
          .filter((_, index) => needed[index])
          .map((request) => ({
            name: 'run',
            data: { ...request, directory: resolve(request.directory) },
            opts: { jobId: request.runHash },
          }));
        if (jobs.length > 0) await queue.addBulk(jobs);
        for (const { runHash } of requests) adding.delete(runHash);
        await Promise.all(requests.map(({ runHash }) => look(runHash))); // events may not have been heard yet
      },
      async close() {
        closed = true;
        clearInterval(clock);
        redis.off('ready', lookAtAll);
        await Promise.all([queue, events].map((part) => settled(part.close())));
        redis.disconnect();
      },
    };
    return executor;
  };
}

function outcomeOf({ returnvalue, failedReason }: Job<RunRequest, Outcome>): Outcome {
  return failedReason ? failure(failedReason) : readOutcome(returnvalue);
}

/** BullMQ itself gave the job up: its workers died of it too often. */
const failure = (reason: string): Outcome => ({ status: 'failed', reason, final: false });

function readOutcome(value: unknown): Outcome {
  const result = outcomeSchema.safeParse(value);
  if (result.success) return result.data;
  return {
    status: 'failed',
    reason: 'its worker answered what no outcome is: are the versions the same?',
    final: true,
  };
}

/** The first of a set, as many as there are or are asked for. */
function first<T>(set: ReadonlySet<T>, count: number): T[] {
  const found: T[] = [];
  for (const one of set) {
    if (found.length >= count) break;
    found.push(one);
  }
  return found;
}

/** Does something with all of a list, a pipeline of commands at a time. */
async function inPieces<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < all.length; start += 500) await Promise.all(all.slice(start, start + 500).map(work));
}

/** What closes without a server may wait for it: it is given a second. */
async function settled(closing: Promise<unknown>): Promise<void> {
  await Promise.race([closing.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
}
