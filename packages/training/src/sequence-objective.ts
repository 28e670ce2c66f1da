import { createStream } from '@switchyard/random';
import type { SequenceTask } from '@switchyard/tasks';
import type * as tf from '@tensorflow/tfjs';
import type { TrainingConfig } from './config.ts';
import { TrainingError } from './errors.ts';
import { frozenExamples, scoreExamples } from './evaluation.ts';
import { type Example, exampleTensors, scoredTokens, toExample } from './example.ts';
import { maskedCrossEntropy } from './masked-cross-entropy.ts';
import { answersLastOnly, windowOf } from './model-shape.ts';
import type { Objective } from './objective.ts';
import { textMeasures } from './text-measures.ts';

type Loss = (...inputs: tf.Tensor[]) => tf.Scalar;

/** Mean cross-entropy of a model: of `tokens` int32 [batch, window], and `targets` and `mask` as `maskedCrossEntropy` takes them. */
export function sequenceLoss(model: tf.LayersModel): Loss {
  return (tokens, targets, mask) =>
    maskedCrossEntropy(model.apply(tokens!, { training: true }) as tf.Tensor, targets!, mask!);
}

/**
 * Prediction of the next token of a task: batch number `step − 1` of the task, cross-entropy on the targets that count.
 *
 * @throws TrainingError `SWITCHYARD_TRAINING_SHAPE` for a model that does not fit the task
 */
export function sequenceObjective(
  model: tf.LayersModel,
  task: SequenceTask,
  config: Pick<TrainingConfig, 'seed' | 'batchSize' | 'loss' | 'evaluation'>,
): Objective<Example> {
  const { seed, batchSize, loss, evaluation } = config;
  const window = windowOf(model);
  const lastOnly = answersLastOnly(model);
  const vocabulary = model.outputs[0]!.shape.at(-1) ?? 0;
  if (vocabulary < task.vocabulary.size) {
    throw new TrainingError(
      'SWITCHYARD_TRAINING_SHAPE',
      `model "${model.name}" has logits for ${vocabulary} tokens, task "${task.name}" has ${task.vocabulary.size}: build the model with vocabulary ${task.vocabulary.size}`,
    );
  }
  const frozenSeed = evaluation.seed ?? createStream(seed).fork('evaluation').nextUint32();
  let frozen: Example[] | undefined;
  return {
    tokensPerStep: batchSize * window,
    batch: (step) => toExample(task.batch({ seed, index: step - 1, batchSize, window }), loss, lastOnly),
    inputs(example) {
      const { tokens, targets, mask } = exampleTensors(example);
      return [tokens, targets, mask];
    },
    loss: sequenceLoss(model),
    ...(task.bytesPerToken && {
      measures: (value: number, example: Example) => textMeasures(value, task, scoredTokens([example]))!,
    }),
    scoreBatch: (example) => scoreExamples(model, task, [example]),
    evaluate() {
      frozen ??= frozenExamples(model, task, { ...evaluation, seed: frozenSeed });
      return scoreExamples(model, task, frozen);
    },
  };
}
