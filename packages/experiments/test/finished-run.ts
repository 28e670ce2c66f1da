import type { RunResult } from '../src/store/result.ts';

/** A result as a run gives it, with these accuracies; for tests that train nothing. */
export function finishedRun(accuracy: number, points = 1): RunResult {
  const rules = { increment: accuracy, addition: accuracy, reverse: accuracy, context: accuracy };
  const named = Object.fromEntries(Object.entries(rules).map(([rule, share]) => [`accuracy.${rule}`, share]));
  const scores = { loss: 1 - accuracy, accuracy, visibleAccuracy: accuracy };
  return {
    metrics: { final: { ...scores, ...named }, best: { ...scores, ...named } },
    curve: Array.from({ length: points }, (_, index) => ({
      step: 500 * (index + 1),
      ...scores,
      accuracyPerRule: rules,
    })),
    steps: 500 * points,
    stoppedEarly: false,
    parameters: 1000,
    trainingTokens: 500 * points * 2000,
    seconds: 60,
    backend: 'simd',
    chance: 1 / 16,
  };
}
