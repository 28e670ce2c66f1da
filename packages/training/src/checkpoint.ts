import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '@switchyard/safetensors';
import { z } from 'zod';
import { crc32c } from './crc32c.ts';
import { TrainingError } from './errors.ts';
import type { Scores, WarningEvent } from './events.ts';
import type { Optimizer } from './optimizer.ts';
import { evaluationSchema } from './scores-schema.ts';

export interface CheckpointTensor {
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Everything a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Updates made so far. */
  readonly step: number;
  readonly optimizer: Optimizer['kind'];
  /** The last evaluation, which may be of an earlier step; null where none was made yet. */
  readonly evaluation: ({ readonly step: number } & Scores) | null;
  /** `model/<index>/<weight name>`, `optimizer/<slot>/<index>/<weight name>` and, with averaging, `average/<index>/<weight name>`. */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
}

/** Keeps a run's checkpoints; `openRunDirectory` of @switchyard/training/node keeps them in files. */
export interface CheckpointStore {
  /** The newest whole checkpoint and where it lies, with a warning for each damaged one that was passed over. */
  load(): Promise<{ checkpoint?: Checkpoint; path?: string; warnings: readonly WarningEvent[] }>;
  /** Stores a checkpoint, whole or not at all, and says where. */
  save(checkpoint: Checkpoint): Promise<string>;
}

const metadataSchema = z.object({
  format: z.literal('switchyard-checkpoint'),
  version: z.literal('1'),
  step: z.string().regex(/^\d+$/).transform(Number),
  optimizer: z.enum(['adam', 'adamw', 'sgd']),
  evaluation: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(evaluationSchema.nullable()),
});

const unsigned = '00000000';

/**
 * A checkpoint as a safetensors file. Its metadata holds the schema version, the step, the optimizer's kind, the last
 * evaluation, and the CRC-32C of the whole file with the checksum itself read as 00000000, in hexadecimal: every bit
 * of the file is covered.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const bytes = writeSafetensors(checkpoint.tensors, {
    format: 'switchyard-checkpoint',
    version: '1',
    step: String(checkpoint.step),
    optimizer: checkpoint.optimizer,
    evaluation: JSON.stringify(checkpoint.evaluation),
    checksum: unsigned,
  });
  putChecksum(bytes, checksumHex(bytes));
  return bytes;
}

/**
 * Reads what `encodeCheckpoint` wrote.
 *
 * @throws TrainingError `SWITCHYARD_CHECKPOINT_DAMAGED` for anything else: truncated, changed, empty, another format
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    const { step, optimizer, evaluation } = metadataSchema.parse(metadata);
    const unsignedBytes = new Uint8Array(bytes); // a copy, which the slice of a Buffer is not
    putChecksum(unsignedBytes, unsigned);
    const actual = checksumHex(unsignedBytes);
    if (actual !== metadata.checksum) throw new Error(`checksum ${actual}, recorded ${metadata.checksum}`);
    return { step, optimizer, evaluation, tensors: new Map([...tensors].map(checkedTensor)) };
  } catch (error) {
    throw new TrainingError('SWITCHYARD_CHECKPOINT_DAMAGED', reasonOf(error), { cause: error });
  }
}

function checkedTensor([name, { dtype, shape, data }]: [string, SafetensorsTensor]): [string, CheckpointTensor] {
  if (dtype === 'F32' && data instanceof Float32Array) return [name, { dtype, shape, data }];
  if (dtype === 'I32' && data instanceof Int32Array) return [name, { dtype, shape, data }];
  throw new Error(`${name} is of dtype ${dtype}`);
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `its metadata are not a checkpoint's: ${error.issues[0]?.path.join('.')}`;
  return error instanceof Error ? error.message : String(error);
}

function checksumHex(bytes: Uint8Array): string {
  return crc32c(bytes).toString(16).padStart(8, '0');
}

/** Writes the checksum where the header has one; JSON escapes quotes, so the key cannot occur inside a string. */
function putChecksum(bytes: Uint8Array, checksum: string): void {
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = new TextDecoder('latin1').decode(bytes.subarray(8, 8 + headerLength)); // one character a byte
  const key = '"checksum":"';
  const at = header.indexOf(key);
  if (at < 0) throw new Error('no checksum');
  bytes.set(new TextEncoder().encode(checksum), 8 + at + key.length);
}
