import type { TrainingEvent } from '@switchyard/training';
import { readMetrics, selectBackend } from '@switchyard/training/node';
import * as tf from '@tensorflow/tfjs';
import { errorCode, isHouseError } from '../config/config-error.ts';
import { validate } from '../config/validate.ts';
import { measureRun } from '../run/measure-run.ts';
import { type Run, resolveRun, withConfig } from '../run/run.ts';
import { runKeys, runSchema } from '../run/run-schema.ts';
import { trainRun } from '../run/train-run.ts';
import type { RunRequest } from '../study/run-request.ts';
import type { Outcome, RunProgress } from './executor.ts';

export interface ExecuteOptions {
  /** Asks the run to save and stop. */
  readonly signal: AbortSignal;
  onProgress?(progress: RunProgress): void;
}

/**
 * Makes a run in its run directory, or what is left of it: what `switchyard train` does with the same configuration.
 * Whatever goes wrong is an outcome.
 */
export async function executeRun(request: RunRequest, { signal, onProgress }: ExecuteOptions): Promise<Outcome> {
  const { directory, stopAt = Number.POSITIVE_INFINITY } = request;
  const reached = new AbortController();
  let accuracy: number | undefined;

  const onEvent = async (event: TrainingEvent) => {
    if (event.type === 'evaluation') accuracy = event.accuracy;
    // A run that was killed after it had reached the target, and before that was known, goes no further.
    if (event.type === 'start' && event.step > 0) accuracy = await bestAccuracy(directory, event.step);
    if (accuracy !== undefined && accuracy >= stopAt) reached.abort();
    if ('step' in event && event.type !== 'checkpoint') {
      onProgress?.({ step: event.step, steps: steps(), ...(accuracy !== undefined && { accuracy }) });
    }
  };
  let run: Run | undefined;
  const steps = () => run?.config.steps ?? 0;

  try {
    run = await prepare(request);
    const anyStop = AbortSignal.any([signal, reached.signal]);
    const end = await trainRun(run, { out: directory, tensorBoard: false, signal: anyStop, onEvent });
    if (end.reason === 'interrupted' && !reached.signal.aborted) return { status: 'interrupted' };
    return { status: 'done', result: await measureRun(run, end, directory) };
  } catch (error) {
    return failure(error);
  }
}

async function prepare({ config }: RunRequest): Promise<Run> {
  const run = resolveRun(
    validate(runSchema, config, keys, (key) => key),
    (key) => key,
  );
  tf.enableProdMode(); // else tfjs greets on stderr
  return withConfig(run, { backend: await selectBackend(run.config.backend) });
}

const keys = runKeys(runSchema);

async function bestAccuracy(directory: string, step: number): Promise<number | undefined> {
  const lines = await readMetrics(directory);
  const accuracies = lines.flatMap((line) => (line.split === 'evaluation' && line.step <= step ? [line.accuracy] : []));
  return accuracies.length > 0 ? Math.max(...accuracies) : undefined;
}

/** Errors of the house that another try may not meet: a full disk, a directory that was removed under the run. */
const passing = ['SWITCHYARD_RUN_WRITE', 'SWITCHYARD_RUN_PATH', 'SWITCHYARD_CHECKPOINT_MISSING'];

function failure(error: unknown): Outcome {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  if (errorCode(cause) === 'SWITCHYARD_RUN_LOCKED') return { status: 'busy' };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const reason = isHouseError(error) ? message : (stack ?? message);
  return { status: 'failed', reason, final: isHouseError(cause) && !passing.includes(errorCode(cause)) };
}
