import type { PredictNoise } from './sampler.ts';

/**
 * Classifier-free guidance (Ho and Salimans 2022): ε = ε(x) + guidance · (ε(x, class) − ε(x)), where ε(x) is the prediction
 * without a class. Guidance 1 is the prediction with the class, 0 the one without; above 1 images become more typical of
 * their class and less varied. (The paper's w is guidance − 1.)
 */
export function guide(withClass: PredictNoise, withoutClass: PredictNoise, guidance: number): PredictNoise {
  if (guidance === 1) return withClass;
  if (guidance === 0) return withoutClass;
  return async (x, timestep) => {
    const conditional = await withClass(x, timestep);
    const free = await withoutClass(x, timestep);
    return conditional.map((noise, i) => free[i]! + guidance * (noise - free[i]!));
  };
}
