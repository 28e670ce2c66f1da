import { closeSync, fstatSync, fsync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { lockDirectory } from '@switchyard/training/node';
import { errorCode } from '../config/config-error.ts';
import { ExperimentError } from '../errors.ts';
import { linesFrom, readText } from './lines.ts';
import { advance, type Entry, entrySchema, type ReadEntry, type RunRecord } from './record.ts';
import { type CurvePoint, curveSchema } from './result.ts';

/** The results of a study, in `results.jsonl` of its folder, and what they say of each run. */
export interface ResultsFile {
  readonly records: ReadonlyMap<string, RunRecord>;
  /** Takes in what other processes have added. */
  refresh(): void;
  /** Adds entries, but for runs that are done already, and refreshes. They are on the disk when it resolves. */
  append(entries: readonly Entry[]): Promise<void>;
  /** The evaluations of a run that is done, read from the file. */
  curve(runHash: string): CurvePoint[];
}

/** Waits for the disk without holding up the process: what ends meanwhile is written together the next time. */
const written = promisify(fsync);

/**
 * Opens the results of a study. Only whole lines count, and only whoever holds the lock of the folder adds any; the last
 * line of a writer that was killed in the middle of it is cut off by the next one.
 *
 * @throws ExperimentError `SWITCHYARD_RESULTS` naming a line that is none
 */
export function openResults(directory: string): ResultsFile {
  const path = join(directory, 'results.jsonl');
  const records = new Map<string, RunRecord>();
  let offset = 0;
  let count = 0;

  /** Takes in the whole lines from `offset` on. @returns where they end */
  const read = (file: number): number => {
    for (const { line, place } of linesFrom(file, offset)) {
      const entry = parseLine(line, `${path}:${++count}`);
      records.set(entry.runHash, advance(records.get(entry.runHash), entry, place));
      offset = place.offset + place.length;
    }
    return offset;
  };

  const refresh = () => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > offset) withFile(path, 'r', read);
  };

  refresh();
  return {
    records,
    refresh,
    async append(entries) {
      const unlock = await lock(directory);
      try {
        const file = openSync(path, 'a+');
        try {
          const end = read(file);
          if (fstatSync(file).size > end) ftruncateSync(file, end);
          const fresh = entries.filter(({ runHash }) => records.get(runHash)?.status !== 'done');
          const bytes = Buffer.from(fresh.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
          for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
          await written(file);
          read(file);
        } finally {
          closeSync(file);
        }
      } catch (error) {
        if (error instanceof ExperimentError) throw error;
        throw new ExperimentError('SWITCHYARD_RESULTS', `cannot write ${path}: ${errorCode(error) || error}`, {
          cause: error,
        });
      } finally {
        unlock();
      }
    },
    curve(runHash) {
      const place = records.get(runHash)?.place;
      if (!place) return [];
      const line = withFile(path, 'r', (file) => readText(file, place));
      return curveSchema.parse(JSON.parse(line).result.curve);
    },
  };
}

function parseLine(line: string, place: string): ReadEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {}
  const result = entrySchema.safeParse(value);
  if (result.success) return result.data;
  throw new ExperimentError('SWITCHYARD_RESULTS', `${place} is not a result: remove the line`, { cause: result.error });
}

/** The lock of the folder; whoever has it keeps it for milliseconds. */
async function lock(directory: string): Promise<() => void> {
  for (;;) {
    try {
      return lockDirectory(directory);
    } catch (error) {
      if (errorCode(error) !== 'SWITCHYARD_RUN_LOCKED') throw error;
      await setTimeout(5);
    }
  }
}

function withFile<T>(path: string, flags: string, use: (file: number) => T): T {
  const file = openSync(path, flags);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
