import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Checkpoint, CheckpointStore } from './checkpoint.ts';
import { type CheckpointChoice, checkpointFiles, chooseCheckpoint, type Goodness } from './checkpoint-files.node.ts';
import { TrainingError } from './errors.ts';
import type { Sink, WarningEvent } from './events.ts';
import { errorCode, writeError, writeFileAtomically } from './files.node.ts';
import { lockDirectory } from './lock.node.ts';
import { type MetricsLine, metricsFile, readMetricsFile } from './metrics-file.node.ts';
import { tensorBoardFile } from './tensorboard-file.node.ts';

export interface RunDirectoryOptions {
  /** The run's fully resolved configuration, written as config.yaml. A directory belongs to one configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What an earlier version wrote as config.yaml, as this one does; by default what it is. */
  readonly upgrade?: (config: Record<string, unknown>) => Readonly<Record<string, unknown>>;
  /** Newest checkpoints that are kept, besides the best. */
  readonly keep?: number;
  /** Which checkpoint is the best; by default that of highest accuracy. */
  readonly goodness?: Goodness;
  /** Further files that the run needs to be read, by name: written when it begins, and the same whenever it goes on. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether to write TensorBoard event files. */
  readonly tensorBoard?: boolean;
}

/** An open run: pass `sinks` and `store` to a `Trainer`, and close it when the run is over. */
export interface RunDirectory {
  readonly path: string;
  readonly sinks: readonly Sink[];
  readonly store: CheckpointStore;
  /** Closes the files and gives the lock back. */
  close(): Promise<void>;
}

/**
 * Opens a run directory for writing, new or to be resumed:
 * config.yaml, metrics.jsonl, checkpoints/step-N.safetensors, summary.json once the run has ended, events.out.tfevents.*
 * for TensorBoard, and `lock` while a process writes it.
 *
 * @throws TrainingError `SWITCHYARD_RUN_LOCKED` while another process writes it, `SWITCHYARD_RUN_CONFIG` where it
 * belongs to another configuration (naming the keys that differ), `SWITCHYARD_RUN_PATH` where it is no run directory or
 * leads outside itself, `SWITCHYARD_RUN_WRITE` where it cannot be written
 */
export async function openRunDirectory(path: string, options: RunDirectoryOptions): Promise<RunDirectory> {
  const {
    config,
    upgrade = (theirs) => theirs,
    keep = 3,
    goodness,
    files: further = {},
    tensorBoard = false,
  } = options;
  const directory = resolve(path);
  await makeDirectory(directory);
  const unlock = lockDirectory(directory);
  try {
    await claim(directory, config, upgrade);
    const checkpoints = join(directory, 'checkpoints');
    await makeDirectory(checkpoints);
    if ((await realpath(checkpoints)) !== join(await realpath(directory), 'checkpoints')) {
      throw new TrainingError(
        'SWITCHYARD_RUN_PATH',
        `${checkpoints} leads outside the run directory: remove that link`,
      );
    }
    await removeTemporaries(directory);
    await removeTemporaries(checkpoints);
    for (const [name, content] of Object.entries(further)) await keepFile(join(directory, name), content);
    const files = [metricsFile(join(directory, 'metrics.jsonl'))];
    if (tensorBoard) files.push(tensorBoardFile(directory));
    return {
      path: directory,
      sinks: [...files, summaryFile(join(directory, 'summary.json'))],
      store: checkpointFiles(checkpoints, keep, goodness),
      async close() {
        for (const file of files) file.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * The configuration that a run directory belongs to.
 *
 * @throws TrainingError `SWITCHYARD_RUN_PATH` where there is none, `SWITCHYARD_RUN_CONFIG` where it is not a YAML map
 */
export async function readRunConfig(path: string): Promise<Record<string, unknown>> {
  const file = join(path, 'config.yaml');
  let config: unknown;
  try {
    config = parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') {
      throw new TrainingError('SWITCHYARD_RUN_PATH', `${path} is not a run directory: it has no config.yaml`);
    }
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new TrainingError('SWITCHYARD_RUN_CONFIG', `cannot read ${file}: ${reason}`, { cause: error });
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new TrainingError('SWITCHYARD_RUN_CONFIG', `${file} does not hold a map of keys and values`);
  }
  return config as Record<string, unknown>;
}

/**
 * One checkpoint of a run directory, for reading only; see `restoreModel`. Errors as of `CheckpointChoice`'s files.
 *
 * @param goodness by which one is the best: that of the run
 */
export function readCheckpoint(
  path: string,
  choice: CheckpointChoice = 'latest',
  goodness?: Goodness,
): Promise<{ checkpoint: Checkpoint; path: string; warnings: readonly WarningEvent[] }> {
  return chooseCheckpoint(join(path, 'checkpoints'), choice, goodness);
}

/** The logged steps and evaluations of a run directory, in order; none where the run has not begun. */
export function readMetrics(path: string): Promise<MetricsLine[]> {
  return readMetricsFile(join(path, 'metrics.jsonl'));
}

/** Makes the directory the run's own by config.yaml, or checks that it is. */
async function claim(
  directory: string,
  config: RunDirectoryOptions['config'],
  upgrade: NonNullable<RunDirectoryOptions['upgrade']>,
): Promise<void> {
  const names = await readdir(directory);
  if (names.includes('config.yaml')) {
    const differing = differingKeys(upgrade(await readRunConfig(directory)), JSON.parse(JSON.stringify(config)));
    if (differing.length > 0) {
      throw new TrainingError(
        'SWITCHYARD_RUN_CONFIG',
        `${directory} belongs to a run with another configuration (${differing.join(', ')}): choose another directory, or the same configuration`,
      );
    }
    return;
  }
  const foreign = names.find((name) => !name.startsWith('lock') && !temporaryName.test(name));
  if (foreign !== undefined) {
    throw new TrainingError(
      'SWITCHYARD_RUN_PATH',
      `${directory} is not a run directory: it has no config.yaml, but ${foreign}; choose a new or empty directory`,
    );
  }
  await writeFileAtomically(join(directory, 'config.yaml'), stringify(JSON.parse(JSON.stringify(config))));
}

/** Writes a file that the run needs, or checks that it stands there. */
async function keepFile(path: string, content: string): Promise<void> {
  const there = await readFile(path, 'utf8').catch((error) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (there === content) return;
  if (there !== undefined) {
    throw new TrainingError(
      'SWITCHYARD_RUN_CONFIG',
      `${path} is not what this run has written: remove it, or choose another directory`,
    );
  }
  await writeFileAtomically(path, content);
}

/** `key: theirs → ours` for every leaf that differs. */
function differingKeys(theirs: unknown, ours: unknown, path = ''): string[] {
  if (isMap(theirs) && isMap(ours)) {
    const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    return [...keys].flatMap((key) => differingKeys(theirs[key], ours[key], path === '' ? key : `${path}.${key}`));
  }
  const [before, now] = [JSON.stringify(theirs), JSON.stringify(ours)];
  return before === now ? [] : [`${path}: ${before ?? 'unset'} there, ${now ?? 'unset'} here`];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw writeError(directory, error);
  }
}

/** Files of `writeFileAtomically`; the lock has its own. */
const temporaryName = /^(?!lock).*\.\d+\.tmp$/;

/** Removes what a killed process left of files that it was writing. */
async function removeTemporaries(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => temporaryName.test(name));
  await Promise.all(names.map((name) => rm(join(directory, name), { force: true })));
}

/** Writes summary.json when a run ends; running a run again that has ended already leaves it as it is. */
function summaryFile(path: string): Sink {
  let first = 0;
  return {
    async write(event) {
      if (event.type === 'start') first = event.step;
      if (event.type !== 'end' || (event.step === first && existsSync(path))) return;
      const { type, ...summary } = event;
      await writeFileAtomically(path, `${JSON.stringify(summary, null, 2)}\n`);
    },
  };
}
