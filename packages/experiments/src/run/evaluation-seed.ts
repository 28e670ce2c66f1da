import { createStream } from '@switchyard/random';

/** Seed of the frozen batches: far from the batches that the same seed trains on. */
export const evaluationSeed = (seed: number): number => createStream(seed).fork('evaluation').nextUint32();
