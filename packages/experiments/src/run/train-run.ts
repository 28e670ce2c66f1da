import { createModel } from '@switchyard/models';
import { type EndEvent, Trainer, type TrainingEvent, trainingSchema } from '@switchyard/training';
import { openRunDirectory } from '@switchyard/training/node';
import { asConfigError } from '../config/config-error.ts';
import { upgradeConfig } from './earlier-config.ts';
import { portable } from './portable.ts';
import { probeOf, type Run } from './run.ts';
import { runKinds } from './run-kinds.ts';

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
 * @throws ConfigError before anything is written, where the data cannot be read, or the directory belongs to another run or
 * cannot be written
 */
export async function trainRun(run: Run, { out, tensorBoard, signal, onEvent }: TrainRunOptions): Promise<TrainedRun> {
  const { objective: objectiveOf, goodness } = runKinds[run.kind];
  const { checkpoint, ...training } = trainingSchema.strip().parse(run.config);
  const owned = { config: portable(run), upgrade: upgradeConfig, files: run.files, keep: checkpoint.keep, goodness };
  const model = createModel(run.config.model);
  const open = async () => {
    const objective = await objectiveOf(run, model, out, true); // before anything is written: it reads the data
    return { objective, directory: await openRunDirectory(out, { ...owned, tensorBoard }) };
  };
  const { objective, directory } = await open().catch((error) => {
    model.dispose();
    throw asConfigError(error);
  });
  try {
    const { sinks, store } = directory;
    const trainer = new Trainer({ ...training, objective, model, sinks, checkpoint: { ...checkpoint, store } });
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
