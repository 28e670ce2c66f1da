import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoint, type CheckpointStore, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { TrainingError } from './errors.ts';
import type { Scores, WarningEvent } from './events.ts';
import { errorCode, writeFileAtomically } from './files.node.ts';

/** A whole checkpoint, without its tensors. */
type Entry = Pick<Checkpoint, 'step' | 'evaluation'>;

/** Which checkpoint: the newest, the one of the best evaluation, or the one of a step. */
export type CheckpointChoice = 'latest' | 'best' | number;

/** How good an evaluation is: the best has most of it, and of equals the lowest loss. */
export type Goodness = (scores: Scores) => number;

const accuracyOf: Goodness = ({ accuracy }) => accuracy;

/**
 * A store that keeps checkpoints as `step-N.safetensors` in a directory: the last `keep`, and the best. A file that is
 * damaged is passed over and never deleted.
 */
export function checkpointFiles(directory: string, keep: number, goodness = accuracyOf): CheckpointStore {
  let entries: Entry[] = [];
  return {
    async load() {
      const scan = await scanCheckpoints(directory);
      entries = scan.entries;
      const newest = entries[0];
      if (!newest) return { warnings: scan.warnings };
      const path = pathOf(directory, newest.step);
      return { checkpoint: await readFileOf(directory, newest.step), path, warnings: scan.warnings };
    },

    async save({ step, evaluation, ...rest }) {
      const path = pathOf(directory, step);
      // Only a damaged file of an earlier run can stand here: what a run resumed from is not saved again.
      if (!entries.some((entry) => entry.step === step)) await setAside(path);
      await writeFileAtomically(path, encodeCheckpoint({ step, evaluation, ...rest }));
      entries = [{ step, evaluation }, ...entries.filter((entry) => entry.step !== step)];
      const best = bestOf(entries, goodness);
      for (const entry of entries.slice(keep)) {
        if (entry === best) continue;
        await rm(pathOf(directory, entry.step), { force: true });
        entries = entries.filter((kept) => kept !== entry);
      }
      return path;
    },
  };
}

/**
 * Reads one checkpoint of a directory.
 *
 * @throws TrainingError `SWITCHYARD_CHECKPOINT_MISSING` where there is none to choose, `SWITCHYARD_CHECKPOINT_DAMAGED`
 * where the one of the given step is damaged
 */
export async function chooseCheckpoint(directory: string, choice: CheckpointChoice, goodness = accuracyOf) {
  if (typeof choice === 'number') {
    return { checkpoint: await readFileOf(directory, choice), path: pathOf(directory, choice), warnings: [] };
  }
  const { entries, warnings } = await scanCheckpoints(directory);
  const entry = choice === 'best' ? (bestOf(entries, goodness) ?? entries[0]) : entries[0];
  if (!entry) throw missing(`${directory} holds no whole checkpoint`);
  return { checkpoint: await readFileOf(directory, entry.step), path: pathOf(directory, entry.step), warnings };
}

/** Reads all checkpoints of a directory, one after the other, and tells the whole ones (newest first) from the damaged. */
async function scanCheckpoints(directory: string): Promise<{ entries: Entry[]; warnings: WarningEvent[] }> {
  const entries: Entry[] = [];
  const warnings: WarningEvent[] = [];
  for (const step of await stepsIn(directory)) {
    try {
      const { evaluation } = await readFileOf(directory, step);
      entries.push({ step, evaluation });
    } catch (error) {
      if (!(error instanceof TrainingError)) throw error;
      warnings.push({ type: 'warning', code: error.code, message: `${error.message}; passed over` });
    }
  }
  return { entries, warnings };
}

/** The best among the checkpoints that were evaluated at their own step. */
function bestOf(entries: readonly Entry[], goodness: Goodness): Entry | undefined {
  const evaluated = entries.filter(({ step, evaluation }) => evaluation?.step === step);
  return evaluated.toSorted(({ evaluation: a }, { evaluation: b }) => {
    const [goodA, goodB] = [goodness(a!), goodness(b!)];
    return goodA === goodB ? a!.loss - b!.loss : goodB - goodA;
  })[0];
}

async function readFileOf(directory: string, step: number): Promise<Checkpoint> {
  const path = pathOf(directory, step);
  try {
    const checkpoint = decodeCheckpoint(await readFile(path));
    if (checkpoint.step !== step)
      throw new TrainingError('SWITCHYARD_CHECKPOINT_DAMAGED', `of step ${checkpoint.step}`);
    return checkpoint;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw missing(`there is no checkpoint ${path}`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainingError('SWITCHYARD_CHECKPOINT_DAMAGED', `checkpoint ${path} is damaged (${reason})`, {
      cause: error,
    });
  }
}

/** Steps that have a file, newest first. */
async function stepsIn(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch((error) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const steps = names
    .map((name) => /^step-(0|[1-9]\d*)\.safetensors$/.exec(name)?.[1])
    .filter((step) => step !== undefined);
  return steps.map(Number).sort((a, b) => b - a);
}

function pathOf(directory: string, step: number): string {
  return join(directory, `step-${step}.safetensors`);
}

async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.damaged-${Date.now()}`).catch((error) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}

function missing(message: string): TrainingError {
  return new TrainingError('SWITCHYARD_CHECKPOINT_MISSING', `${message}: train first`);
}
