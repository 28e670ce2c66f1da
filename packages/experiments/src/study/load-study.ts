import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { schemaKeys } from '../config/keys.ts';
import { validate } from '../config/validate.ts';
import { readYamlFile } from '../config/yaml-file.ts';
import { ExperimentError } from '../errors.ts';
import { checkStudy } from './check-study.ts';
import { type StudyConfig, studySchema } from './schema.ts';

/** A study as its file gives it. */
export interface Study extends Omit<StudyConfig, 'seeds'> {
  /** The study.yaml. */
  readonly path: string;
  /** The folder of the study: study.yaml, results and, under `runs`, the run directories. */
  readonly directory: string;
  readonly seeds: readonly number[];
  /** Seeds of the runs that `select` compares; none without it. */
  readonly selectionSeeds: readonly number[];
}

const keys = schemaKeys(studySchema);

/**
 * Reads and checks a study: its study.yaml, or the folder that holds one.
 *
 * @throws ExperimentError `SWITCHYARD_STUDY`, one line that names file, key, value and rule
 */
export async function loadStudy(path: string): Promise<Study> {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'study.yaml') : path;
  const values = await refusing('', () => readYamlFile(file));
  return refusing(`${file}: `, () => {
    const config = validate(studySchema, values, keys, (key) => key);
    return checkStudy({
      ...config,
      path: file,
      directory: dirname(file),
      seeds: seedList(config.seeds, 0),
      selectionSeeds: config.select ? seedList(config.select.seeds, firstSelectionSeed) : [],
    });
  });
}

/** What `make` returns; what it finds wrong is said of the study, after `prefix`. */
async function refusing<T>(prefix: string, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ExperimentError('SWITCHYARD_STUDY', `${prefix}${error.message}`, { cause: error });
  }
}

/** Far from the seeds that people choose: what a level is selected on must not be what it is then tested on. */
const firstSelectionSeed = 1000;

function seedList(seeds: number | readonly number[], first: number): readonly number[] {
  return typeof seeds === 'number' ? Array.from({ length: seeds }, (_, index) => first + index) : [...new Set(seeds)];
}
