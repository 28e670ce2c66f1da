import * as tf from '@tensorflow/tfjs';
import type { TrainingStep } from './training-step.ts';

/** A training step, and what to call when the last step is done. */
export interface FastStep {
  readonly step: TrainingStep;
  dispose(): void;
}

/**
 * The step as fast as the current backend can do it: on `simd` it is recorded over the first calls and replayed from
 * then on, with the same results bit for bit (see `captureStep` of @switchyard/backend-simd). A step that cannot be
 * recorded runs as it is, and `refused` is told why, once.
 */
export async function fastStep(step: TrainingStep, refused: (reason: string) => void): Promise<FastStep> {
  if (tf.getBackend() !== 'simd') return { step, dispose() {} };
  const { captureStep } = await import('@switchyard/backend-simd');
  const captured = captureStep(step, { onRefused: (error) => refused(error.message) });
  return { step: captured, dispose: () => captured.dispose() };
}
