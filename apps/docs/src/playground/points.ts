import type { StepEvent } from '@switchyard/training';

/** One point of the curves: step, loss, accuracy, and the accuracy of every rule (NaN where it had no target). */
export type Point = readonly number[];

export function pointOf(
  { step, loss, accuracy, accuracyPerRule }: Pick<StepEvent, 'step' | 'loss' | 'accuracy' | 'accuracyPerRule'>,
  ruleNames: readonly string[],
): Point {
  return [step, loss, accuracy ?? Number.NaN, ...ruleNames.map((rule) => accuracyPerRule[rule] ?? Number.NaN)];
}

/** The points that a metrics.jsonl holds; other lines are passed over. */
export function pointsOfMetrics(metrics: string, ruleNames: readonly string[]): Point[] {
  return metrics.split('\n').flatMap((line) => {
    if (line === '') return [];
    const { split, step, loss, accuracy, accuracyPerRule = {} } = JSON.parse(line) as StepEvent & { split?: string };
    const numbers = [step, loss, accuracy].every((value) => typeof value === 'number');
    return split === 'train' && numbers ? [pointOf({ step, loss, accuracy, accuracyPerRule }, ruleNames)] : [];
  });
}

/** Points side by side, row after row. */
export function pointsToArray(points: readonly Point[], rules: number): Float64Array<ArrayBuffer> {
  const width = 3 + rules;
  const array = new Float64Array(points.length * width);
  for (const [row, point] of points.entries()) array.set(point.slice(0, width), row * width);
  return array;
}
