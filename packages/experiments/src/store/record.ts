import { z } from 'zod';
import { type Measures, measuresSchema, type RunResult } from './result.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const common = {
  runHash: hash,
  /** For readers of the file: what the hash stands for. */
  factors: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  seed: z.int().min(0),
};

/** A line of results.jsonl: the end of one try of a run. */
export const entrySchema = z.discriminatedUnion('status', [
  z.object({ ...common, status: z.literal('done'), result: measuresSchema }),
  z.object({
    ...common,
    status: z.literal('failed'),
    reason: z.string(),
    /** True where another try would fail the same way. */
    final: z.boolean(),
  }),
]);

/** The same as it is read: a curve stays in the file until somebody asks for it. */
export type ReadEntry = z.output<typeof entrySchema>;

export type Entry =
  | Extract<ReadEntry, { status: 'failed' }>
  | (Extract<ReadEntry, { status: 'done' }> & { readonly result: RunResult });

/** Where a line of results.jsonl lies. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** What the entries of a run say together. */
export interface RunRecord {
  readonly status: 'done' | 'failed';
  readonly attempts: number;
  readonly reason?: string;
  readonly final: boolean;
  readonly result?: Measures;
  /** The line that holds the result. */
  readonly place?: Place;
}

/** The record of a run after one more entry. What is done stays done: a run counts once, however often it was made. */
export function advance(record: RunRecord | undefined, entry: ReadEntry, place: Place): RunRecord {
  if (record?.status === 'done') return record;
  const attempts = (record?.attempts ?? 0) + 1;
  return entry.status === 'done'
    ? { status: 'done', attempts, final: true, result: entry.result, place }
    : { status: 'failed', attempts, final: entry.final, reason: entry.reason };
}
