import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunRequest } from '../study/run-request.ts';
import type { Executor, Outcome, StartExecutor } from './executor.ts';
import { removeForeignLock } from './foreign-lock.ts';
import { type Batch, endedTasks, lastWords, noteJob, readBatches, readOutcome, writeBatch } from './slurm-batch.ts';
import { activeTasks, checkSlurm, endOf, sbatch, type TaskId } from './slurm-commands.ts';

export interface SlurmOptions {
  /** Where the array jobs keep their files; a directory that the machines of the cluster see, as the run directories. */
  readonly directory: string;
  /** Further options of sbatch, such as `--partition=long` or `--time=2:00:00`. */
  readonly sbatch?: readonly string[];
  /** Seconds between two looks at the queue. */
  readonly interval?: number;
  /** The command of a task: for tests. */
  readonly task?: readonly string[];
}

/** A run, and the task that makes it. */
interface Task {
  readonly batch: Batch;
  readonly index: number;
  /** Looks at the queue that have not found it, nor how it ended. */
  missed: number;
}

/** Looks until a task that has left the queue without a word is given up: files may take a while to be seen. */
const grace = 3;
/** Tasks of an array job at most; Slurm takes 1000 unless it is set up otherwise. */
const arraySize = 500;

const idOf = ({ batch, index }: Task): TaskId => `${batch.job}_${index}`;

/**
 * Makes runs by array jobs of Slurm. Closing leaves the jobs as they are: they go on, and a later executor of the same
 * directory follows them and finds what they made.
 */
export function slurmExecutor(options: SlurmOptions): StartExecutor {
  const { interval = 2, task = builtTask } = options;
  const directory = resolve(options.directory);
  return async ({ onProgress, onEnd, onError, onWarning }) => {
    await checkSlurm();
    const ours = new Map<string, Task>();
    const closing = new AbortController();
    const batches = new Map<string, Batch>();

    const end = (runHash: string, outcome: Outcome) => {
      if (ours.delete(runHash)) onEnd(runHash, outcome);
    };
    const look = async () => {
      const jobs = [...new Set([...ours.values()].map(({ batch }) => batch))];
      const active = await activeTasks(jobs.map(({ job }) => job));
      const over = new Map(jobs.map((batch) => [batch, endedTasks(batch)])); // after the queue: who left it has written
      for (const [runHash, task] of [...ours]) {
        const { batch, index } = task;
        const state = active.get(idOf(task));
        if (over.get(batch)?.has(index)) end(runHash, ofTask(readOutcome(batch, index)));
        else if (state === 'running') onProgress(runHash, { step: 0, steps: 1 });
        if (state || !ours.has(runHash)) task.missed = 0;
        else if (++task.missed >= grace) {
          removeForeignLock(batch.requests[index]!.directory);
          const words = [(await endOf(idOf(task))) || 'gone', lastWords(batch, index)].filter((text) => text !== '');
          end(runHash, { status: 'failed', reason: `Slurm task ${idOf(task)}: ${words.join(': ')}`, final: false });
        }
      }
    };
    const follow = async () => {
      while (!closing.signal.aborted) {
        await setTimeout(1000 * interval, undefined, { signal: closing.signal }).catch(() => {});
        if (ours.size > 0) await look().catch((error) => onWarning(error.message)); // a controller may be restarting
      }
    };
    const following = follow().catch(onError);

    /** Tasks of earlier jobs, of this process or another, that make these runs or have made them. */
    const earlier = async (requests: readonly RunRequest[]): Promise<Map<string, Task>> => {
      for (const batch of readBatches(directory, new Set(batches.keys()))) batches.set(batch.directory, batch);
      const wanted = new Set(requests.map(({ runHash }) => runHash));
      const active = await activeTasks([...batches.values()].map(({ job }) => job));
      const found = new Map<string, Task>();
      for (const batch of batches.values()) {
        const over = endedTasks(batch);
        for (const [index, { runHash }] of batch.requests.entries()) {
          const task = { batch, index, missed: 0 };
          const done = () => over.has(index) && readOutcome(batch, index).status === 'done';
          if (wanted.has(runHash) && (active.has(idOf(task)) || done())) found.set(runHash, task);
        }
      }
      return found;
    };
    const submit = async (requests: readonly RunRequest[]) => {
      const folder = join(directory, `${Date.now()}-${process.pid}`);
      const script = writeBatch(folder, requests, task);
      const array = [`--array=0-${requests.length - 1}`, `--output=${folder}/%a.log`, '--job-name=switchyard'];
      const job = await sbatch([...array, '--cpus-per-task=1', ...(options.sbatch ?? [])], script).catch((error) => {
        rmSync(folder, { recursive: true });
        throw error;
      });
      noteJob(folder, job);
      const batch = { directory: folder, job, requests };
      batches.set(folder, batch);
      for (const [index, { runHash }] of requests.entries()) ours.set(runHash, { batch, index, missed: 0 });
    };

    const executor: Executor = {
      capacity: 2 * arraySize,
      async submit(requests) {
        const tasks = await earlier(requests);
        for (const [runHash, task] of tasks) ours.set(runHash, task);
        const fresh = requests
          .filter(({ runHash }) => !tasks.has(runHash))
          .map((request) => ({ ...request, directory: resolve(request.directory) }));
        for (let start = 0; start < fresh.length; start += arraySize)
          await submit(fresh.slice(start, start + arraySize));
      },
      async close() {
        closing.abort();
        await following;
        const left = new Set([...ours.values()].map(({ batch }) => batch.job));
        if (left.size > 0) onWarning(`array jobs ${[...left].join(', ')} go on; scancel stops them`);
      },
    };
    return executor;
  };
}

const builtTask = [process.execPath, fileURLToPath(new URL('./slurm-task.js', import.meta.url))];

/** Slurm has stopped it (a time limit, scancel): another try goes on from its checkpoint. */
function ofTask(outcome: Outcome): Outcome {
  return outcome.status === 'interrupted' ? { status: 'failed', reason: 'stopped by Slurm', final: false } : outcome;
}
