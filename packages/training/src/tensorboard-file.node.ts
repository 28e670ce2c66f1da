import { appendFileSync, closeSync, ftruncateSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Sink, TrainingEvent } from './events.ts';
import { writing } from './files.node.ts';
import { fileVersionRecord, lengthUpToStep, scalarsRecord } from './tensorboard-record.ts';

/** Writes logged steps and evaluations as TensorBoard scalars to one `events.out.tfevents.*` file in the directory. */
export function tensorBoardFile(directory: string): Sink & { close(): void } {
  let file: number | undefined;
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    close,
    write(event) {
      const wallTime = Date.now() / 1000;
      writing(directory, () => {
        if (event.type === 'start') {
          close();
          file = openSync(eventFile(directory, wallTime), 'a+');
          const length = lengthUpToStep(readFileSync(file), event.step);
          ftruncateSync(file, length);
          if (length === 0) appendFileSync(file, fileVersionRecord(wallTime));
        }
        const scalars = toScalars(event);
        if (scalars && file !== undefined) appendFileSync(file, scalarsRecord(wallTime, scalars.step, scalars.values));
      });
    },
  };
}

/** The event file of an earlier part of the run, or a new name. */
function eventFile(directory: string, wallTime: number): string {
  const existing = readdirSync(directory).find((name) => name.startsWith('events.out.tfevents.'));
  return join(directory, existing ?? `events.out.tfevents.${Math.floor(wallTime)}.${hostname()}`);
}

function toScalars(event: TrainingEvent): { step: number; values: Record<string, number> } | undefined {
  if (event.type !== 'step' && event.type !== 'evaluation') return undefined;
  const split = event.type === 'step' ? 'train' : 'evaluation';
  const values: Record<string, number> = { [`loss/${split}`]: event.loss };
  if (event.accuracy !== null) values[`accuracy/${split}`] = event.accuracy;
  for (const [rule, accuracy] of Object.entries(event.accuracyPerRule)) values[`accuracy-${split}/${rule}`] = accuracy;
  for (const [name, value] of Object.entries(event.measures ?? {})) values[`${split}/${name}`] = value;
  if (event.type === 'step') {
    values['training/learningRate'] = event.learningRate;
    values['training/tokensPerSecond'] = event.tokensPerSecond;
  } else if (event.visibleAccuracy !== null) values['accuracy/visible'] = event.visibleAccuracy;
  return { step: event.step, values };
}
