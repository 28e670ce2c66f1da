import { createModel } from '@switchyard/models';
import { type EndEvent, Trainer, type TrainingEvent } from '@switchyard/training';
import { openRunDirectory } from '@switchyard/training/node';
import { asConfigError } from '../config/config-error.ts';
import { imageObjective, isImageRun } from '../images/image-objective.ts';
import { portable, probeOf, type Run, sequenceTaskOf } from './run.ts';

export interface TrainRunOptions {
  /** The run directory: new, or one that this run was interrupted in. */
  readonly out: string;
  readonly tensorBoard: boolean;
  readonly signal: AbortSignal;
  /** Sees every event, and is waited for. */
  onEvent(event: TrainingEvent): void | Promise<void>;
}

/** The last event of a run, and what its probe measured of the model as it then was. */
export interface TrainedRun extends EndEvent {
  readonly probes: Readonly<Record<string, number>>;
}

/**
 * Trains a run in its directory, from its last checkpoint where there is one.
 *
 * @returns the run's last event, with what its probe measured
 * @throws ConfigError before anything is written, where the directory belongs to another run or cannot be written
 */
export async function trainRun(run: Run, { out, tensorBoard, signal, onEvent }: TrainRunOptions): Promise<TrainedRun> {
  const {
    backend: _backend,
    window: _window,
    task: _task,
    model: modelConfig,
    checkpoint,
    probe: _probe,
    ...training
  } = run.config;
  const model = createModel(modelConfig);
  const owned = { config: portable(run), files: run.files, keep: checkpoint.keep, tensorBoard };
  const directory = await openRunDirectory(out, owned).catch((error) => {
    model.dispose();
    throw asConfigError(error);
  });
  try {
    const { sinks, store } = directory;
    const subject = isImageRun(run)
      ? { objective: await imageObjective(run, model, out) }
      : { task: sequenceTaskOf(run) };
    const trainer = new Trainer({ ...training, ...subject, model, sinks, checkpoint: { ...checkpoint, store } });
    for await (const event of trainer.run({ signal })) {
      await onEvent(event);
      if (event.type === 'end') return { ...event, probes: await probeOf(run.config).measure(model, run) };
    }
    throw new Error('the run ended without an end event');
  } finally {
    await directory.close();
    model.dispose();
  }
}
