import { type IntervalOptions, type MeanInterval, meanInterval } from './interval.ts';

/** What one run reached at its evaluations, in order of steps. */
export interface RunCurve {
  readonly points: readonly { readonly step: number; readonly value: number }[];
  /** True where the run ended because it had reached its target: it keeps its last value from then on. */
  readonly stoppedEarly: boolean;
}

export interface LearningCurvePoint extends MeanInterval {
  readonly step: number;
}

/**
 * Mean and interval over runs at every step where any of them was evaluated. A run counts at the steps it was evaluated
 * at, and with its last value after the end where it stopped early at a target: leaving it out there would let the mean
 * fall because a run succeeded. The interval is pointwise: of the true curves' points 95 % lie inside, not of the curves.
 *
 * @throws ExperimentError `SWITCHYARD_RESULTS` for values that are not finite
 */
export function learningCurve(runs: readonly RunCurve[], options: IntervalOptions = {}): LearningCurvePoint[] {
  const byStep = new Map<number, number[]>();
  const steps = new Set(runs.flatMap((run) => run.points.map((point) => point.step)));
  for (const step of [...steps].sort((a, b) => a - b)) byStep.set(step, []);
  for (const { points, stoppedEarly } of runs) {
    for (const { step, value } of points) byStep.get(step)!.push(value);
    const last = points.at(-1);
    if (!stoppedEarly || !last) continue;
    for (const [step, values] of byStep) if (step > last.step) values.push(last.value);
  }
  return [...byStep].map(([step, values]) => ({ step, ...meanInterval(values, options) }));
}
