import { fromSafetensors } from '@switchyard/models';
import { readSafetensors } from '@switchyard/safetensors';
import { decodeCheckpoint } from '@switchyard/training';
import type * as tf from '@tensorflow/tfjs';
import { unzipSync } from 'fflate';
import { parse } from 'yaml';
import { PlaygroundError } from './errors.ts';
import type { EarlierRun } from './memory-run.ts';
import type { NamedBytes } from './messages.ts';
import { type ResolvedRun, resolveRun } from './resolve-run.ts';

/** What some files turn out to hold. */
export type Opened =
  | {
      readonly kind: 'run';
      readonly run: ResolvedRun;
      readonly earlier: EarlierRun;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'model'; readonly model: tf.LayersModel; readonly task: unknown };

/**
 * Reads a run directory (its files, or a zip of them) or a model that `switchyard export` wrote (one .safetensors file).
 *
 * @throws PlaygroundError `SWITCHYARD_PLAYGROUND_FILE` for anything else, saying what came
 */
export function openFiles(files: readonly NamedBytes[]): Opened {
  const [first] = files;
  if (!first) throw fileError('nothing was chosen: choose the folder of a run, a .zip of it, or a .safetensors file');
  if (files.length === 1 && first.name.endsWith('.zip')) return openRun(unzip(first));
  if (files.length === 1 && first.name.endsWith('.safetensors')) return openModel(first);
  return openRun(files);
}

function unzip({ name, bytes }: NamedBytes): NamedBytes[] {
  try {
    return Object.entries(unzipSync(bytes)).map(([path, content]) => ({ name: path, bytes: content }));
  } catch (cause) {
    throw fileError(`${name} is not a whole zip file (${messageOf(cause)}): download it again`, cause);
  }
}

function openModel({ name, bytes }: NamedBytes): Opened {
  let metadata: Readonly<Record<string, string>>;
  try {
    metadata = readSafetensors(bytes).metadata;
  } catch (cause) {
    throw fileError(`${name} is damaged or no safetensors file: ${messageOf(cause)}`, cause);
  }
  if (metadata.format === 'switchyard-checkpoint') {
    throw fileError(`${name} is a checkpoint, which does not say its run: open the folder of the run, or a .zip of it`);
  }
  try {
    return { kind: 'model', model: fromSafetensors(bytes), task: JSON.parse(metadata.task ?? 'null') };
  } catch (cause) {
    throw fileError(`${name}: ${messageOf(cause)}`, cause);
  }
}

function openRun(files: readonly NamedBytes[]): Opened {
  const config = files.find(({ name }) => /(^|\/)config\.yaml$/.test(name));
  if (!config) throw fileError('there is no config.yaml among these files: choose the folder of a run');
  const folder = config.name.slice(0, -'config.yaml'.length);
  const run = resolveRun(readYaml(config));
  const metrics = files.find(({ name }) => name === `${folder}metrics.jsonl`);
  const warnings: string[] = [];
  const checkpoints = files
    .flatMap((file) => {
      const step = /^checkpoints\/step-(\d+)\.safetensors$/.exec(file.name.slice(folder.length))?.[1];
      return step === undefined || !file.name.startsWith(folder) ? [] : [{ ...file, step: Number(step) }];
    })
    .sort((a, b) => b.step - a.step);
  for (const { name, bytes } of checkpoints) {
    try {
      decodeCheckpoint(bytes);
      return { kind: 'run', run, earlier: { metrics: wholeLines(metrics), checkpoint: bytes }, warnings };
    } catch (error) {
      warnings.push(`${name} is damaged and passed over: ${messageOf(error)}`);
    }
  }
  if (warnings.length > 0) throw fileError(`no checkpoint of this run is whole: ${warnings.join('; ')}`);
  throw fileError('this run has no checkpoint yet: train it for some steps first');
}

function readYaml({ name, bytes }: NamedBytes): unknown {
  try {
    return parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw fileError(`${name} is not valid YAML: ${messageOf(cause).split('\n')[0]}`, cause);
  }
}

/** The lines of metrics.jsonl that are JSON: a killed process may have left half a line. */
function wholeLines(file: NamedBytes | undefined): string {
  if (!file) return '';
  const lines = new TextDecoder().decode(file.bytes).split('\n');
  return lines.filter(isJson).join('\n');
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fileError(message: string, cause?: unknown): PlaygroundError {
  return new PlaygroundError('SWITCHYARD_PLAYGROUND_FILE', message, { cause });
}
