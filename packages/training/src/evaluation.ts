import type { SequenceTask } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';
import type { Scores } from './events.ts';
import { type Example, exampleTensors, type Positions, scoredTokens, toExample } from './example.ts';
import { maskedCrossEntropy } from './masked-cross-entropy.ts';
import { answersLastOnly, windowOf } from './model-shape.ts';
import { textMeasures } from './text-measures.ts';
import { yieldToEventLoop } from './yield.ts';

export interface EvaluationOptions {
  readonly batches: number;
  readonly batchSize: number;
  readonly positions: Positions;
  /** Seed of the frozen batches; the same seed gives the same batches, whatever is trained. */
  readonly seed: number;
}

/**
 * The batches of an evaluation, of the task's validation part where it has one, the same for every call with the same arguments.
 *
 * @throws TaskError where the task cannot make such batches
 */
export function frozenExamples(model: tf.LayersModel, task: SequenceTask, options: EvaluationOptions): Example[] {
  const { batches, batchSize, positions, seed } = options;
  const window = windowOf(model);
  return Array.from({ length: batches }, (_, index) =>
    toExample(task.batch({ seed, index, batchSize, window, split: 'validation' }), positions, answersLastOnly(model)),
  );
}

/** Scores of a model on frozen batches of a task: loss and accuracy overall, per rule and on visible targets. */
export async function evaluate(model: tf.LayersModel, task: SequenceTask, options: EvaluationOptions): Promise<Scores> {
  return scoreExamples(model, task, frozenExamples(model, task, options));
}

/** Scores of a model on given examples. */
export async function scoreExamples(
  model: tf.LayersModel,
  task: Pick<SequenceTask, 'ruleNames' | 'vocabulary' | 'bytesPerToken'>,
  examples: readonly Example[],
): Promise<Scores> {
  const rules = task.ruleNames.map(() => ({ hits: 0, targets: 0, visibleHits: 0, visibleTargets: 0 }));
  let lossSum = 0;
  for (const example of examples) {
    const { predictions, loss } = await predict(model, example);
    lossSum += loss * example.rules.reduce((count, rule) => count + (rule >= 0 ? 1 : 0), 0);
    for (const [index, rule] of example.rules.entries()) {
      if (rule < 0) continue;
      const hit = predictions[index] === example.targets[index] ? 1 : 0;
      const counts = rules[rule]!;
      counts.hits += hit;
      counts.targets += 1;
      counts.visibleHits += hit * example.visible[index]!;
      counts.visibleTargets += example.visible[index]!;
    }
    await yieldToEventLoop();
  }

  const total = { hits: 0, targets: 0, visibleHits: 0, visibleTargets: 0 };
  const accuracyPerRule: Record<string, number> = {};
  const visibleAccuracyPerRule: Record<string, number> = {};
  for (const [index, counts] of rules.entries()) {
    const name = task.ruleNames[index]!;
    for (const key of ['hits', 'targets', 'visibleHits', 'visibleTargets'] as const) total[key] += counts[key];
    if (counts.targets > 0) accuracyPerRule[name] = counts.hits / counts.targets;
    if (counts.visibleTargets > 0) visibleAccuracyPerRule[name] = counts.visibleHits / counts.visibleTargets;
  }
  const targets = Math.max(total.targets, 1);
  const loss = lossSum / targets;
  const measures = textMeasures(loss, task, scoredTokens(examples));
  return {
    loss,
    accuracy: total.hits / targets,
    accuracyPerRule,
    ...(measures && { measures }),
    visibleAccuracy: total.visibleTargets > 0 ? total.visibleHits / total.visibleTargets : null,
    visibleAccuracyPerRule,
    visibleShare: total.visibleTargets / targets,
    chance: 1 / task.vocabulary.symbols,
    targets: total.targets,
  };
}

async function predict(model: tf.LayersModel, example: Example): Promise<{ predictions: Int32Array; loss: number }> {
  const result = tf.tidy(() => {
    const { tokens, targets, mask } = exampleTensors(example);
    const logits = model.apply(tokens) as tf.Tensor;
    return { predictions: tf.argMax(logits, -1), loss: maskedCrossEntropy(logits, targets, mask) };
  });
  try {
    const predictions = await result.predictions.data<'int32'>();
    const [loss] = await result.loss.data<'float32'>();
    return { predictions, loss: loss! };
  } finally {
    tf.dispose(result);
  }
}
