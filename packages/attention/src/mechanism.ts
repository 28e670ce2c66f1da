/** The mechanisms that backends may have fused kernels for: dot-product (softmax), expressive, Cog (signed). */
export type FusedMechanism = 'dpa' | 'ea' | 'cog';

/** Attention mechanisms: the three above, and two controls between softmax and Cog (1 in the denominator; signed rows of sum 1). */
export type Mechanism = FusedMechanism | 'dpa-plus-one' | 'signed-unit';

const composed: readonly string[] = ['dpa-plus-one', 'signed-unit'] satisfies Exclude<Mechanism, FusedMechanism>[];

/** Whether a backend may have a fused kernel for it. The others are composed of those that it may have. */
export function isFused(mechanism: Mechanism): mechanism is FusedMechanism {
  return !composed.includes(mechanism);
}
