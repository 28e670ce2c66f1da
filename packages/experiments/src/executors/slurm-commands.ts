import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { errorCode } from '../config/config-error.ts';
import { ExperimentError } from '../errors.ts';

const run = promisify(execFile);

/** A task of an array job: its job and its index. */
export type TaskId = `${string}_${number}`;

/**
 * Submits a job script.
 *
 * @returns the number of the job
 * @throws ExperimentError `SWITCHYARD_EXECUTOR` where there is no Slurm, or it refuses the job
 */
export async function sbatch(options: readonly string[], script: string): Promise<string> {
  const output = await command('sbatch', ['--parsable', ...options, script]);
  return output.trim().split(';')[0]!; // the name of the cluster follows where there are several
}

/** The tasks of these jobs that wait or run, and whether they run. Jobs that Slurm has forgotten have none. */
export async function activeTasks(jobs: readonly string[]): Promise<Map<TaskId, 'waiting' | 'running'>> {
  const found = new Map<TaskId, 'waiting' | 'running'>();
  if (jobs.length === 0) return found;
  const output = await command('squeue', ['-h', '-r', '-j', jobs.join(','), '-o', '%F_%K %T']).catch((error) => {
    if (/Invalid job id/.test(String(error.message))) return '';
    throw error;
  });
  for (const line of output.split('\n')) {
    const [id, state] = line.split(' ');
    if (id) found.set(id as TaskId, state === 'PENDING' ? 'waiting' : 'running');
  }
  return found;
}

/** What the accounting says of a task that is over, such as `OUT_OF_MEMORY`; nothing where there is no accounting. */
export async function endOf(task: TaskId): Promise<string> {
  const output = await command('sacct', ['-n', '-X', '-P', '-j', task, '-o', 'State']).catch(() => '');
  return output.split('\n')[0]!.trim();
}

/**
 * Makes sure that there is a Slurm to talk to.
 *
 * @throws ExperimentError `SWITCHYARD_EXECUTOR`
 */
export async function checkSlurm(): Promise<void> {
  await command('sbatch', ['--version']);
  await command('sinfo', ['-h']);
}

async function command(name: string, options: readonly string[]): Promise<string> {
  try {
    return (await run(name, options, { maxBuffer: 1 << 28 })).stdout;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      throw new ExperimentError(
        'SWITCHYARD_EXECUTOR',
        `there is no ${name} here: run this on a machine that submits to Slurm, or choose another executor`,
      );
    }
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new ExperimentError(
      'SWITCHYARD_EXECUTOR',
      `${name} failed: ${stderr
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^\w+: error: /, '')}`,
      {
        cause: error,
      },
    );
  }
}
