import type { Batch, BatchRequest } from './types.ts';

/** A batch of the requested size, all zeros. */
export function emptyBatch({ batchSize, window }: BatchRequest): Batch {
  const count = batchSize * (window + 1);
  return {
    tokens: new Int32Array(count),
    rules: new Int8Array(count),
    visible: new Uint8Array(count),
    batchSize,
    window,
  };
}
