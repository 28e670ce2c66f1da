import type { MetricsLine } from '@switchyard/training/node';

/**
 * Seconds spent on training steps, evaluations and checkpoints left out: Σ tokens ÷ tokens per second over the logged
 * stretches. Read from the metrics, it is the same sum however often the run was interrupted.
 */
export function trainingSeconds(metrics: readonly MetricsLine[], tokensPerStep: number): number {
  let seconds = 0;
  let last = 0;
  for (const line of metrics) {
    if (line.split !== 'train') continue;
    seconds += ((line.step - last) * tokensPerStep) / line.tokensPerSecond;
    last = line.step;
  }
  return seconds;
}
