import * as tf from '@tensorflow/tfjs';
import { fusedUpdate } from './fused-update.ts';
import { naiveUpdate } from './naive-update.ts';
import type { Update } from './update.ts';

/**
 * Updates all parameters and slots by one optimizer step, with PyTorch's semantics (checked against
 * `optimizers.safetensors`). With g the gradient (clipped; plus weightDecay·w for `adam` and `sgd`) and t the step:
 *
 * - adam, adamw: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
 *   w ← w·(1 − rate·weightDecay [adamw only]) − rate ÷ (1−β₁ᵗ) · m ÷ (√v ÷ √(1−β₂ᵗ) + ε)
 * - sgd: b ← μb + g, w ← w − rate·b
 *
 * A backend with the fused kernels of @switchyard/backend-simd does it in one call; every other one by tfjs operations.
 */
export function applyUpdate(update: Update): void {
  tf.tidy(() => (fusedUpdate() ?? naiveUpdate)(update));
}
