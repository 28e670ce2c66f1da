import { negativeMass, stateDistance } from '@switchyard/attention';
import { captureAttention, captureStates } from '@switchyard/models';
import type { BitTask } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';
import { ConfigError } from '../config/config-error.ts';
import type { Probe, Probed } from './probe.ts';

/** Sequences of the task whose attention is looked at. */
const sequences = 64;

/**
 * Representational collapse (claim 8 of PAPERS.md), with s(x) the hidden state that the head reads at the question behind the
 * sequence x: behind the last block and its final normalisation.
 *
 * - `collapse.<n>` = ‖s(1ⁿ) − s(1ⁿ⁺¹)‖∞, n ones against n + 1 ones
 * - `dilution.<n>` = ‖s(1ⁿ) − s(01ⁿ⁻¹)‖∞, n ones against a zero and n − 1 ones
 * - `negativeMass`: share of negative weight in the rows of attention that belong to the question, mean over layers, heads
 *   and 64 frozen sequences of the task; only of models with attention
 *
 * for n = 1, 2, 4, … below the task's longest sequence, and for the last n below it. Nothing is averaged in the first two:
 * they are exact numbers of one model. (The L∞ distance of last tokens as sequences grow is that of Barbero et al. 2024, which
 * [L24] takes up (p); after the normalisation, the second distance, and everything else are ours (r).)
 */
export const collapse: Probe = {
  metrics(run) {
    const lengths = lengthsOf(bitTask(run));
    return [
      ...lengths.map((length) => `collapse.${length}`),
      ...lengths.map((length) => `dilution.${length}`),
      ...(hasAttention(run) ? ['negativeMass'] : []),
    ];
  },
  async measure(model, run) {
    const task = bitTask(run);
    const window = model.inputs[0]!.shape[1]!;
    const lengths = lengthsOf(task);
    const ones = (length: number) => new Array<number>(length).fill(1);
    /** ‖s(a) − s(b)‖∞ for each pair [a, b] */
    const distances = (pairs: readonly (readonly [number[], number[]])[]): Promise<number[]> =>
      valuesOf(() => {
        const states = questionStates(model, task, pairs.flat());
        const [a, b] = [0, 1].map((side) => tf.gather(states, tf.range(side, pairs.length * 2, 2, 'int32')));
        return stateDistance(a!, b!);
      });
    const grown = await distances(lengths.map((length) => [ones(length), ones(length + 1)]));
    const diluted = await distances(lengths.map((length) => [ones(length), ones(length).with(0, 0)]));
    const named = (name: string, values: readonly number[]) =>
      values.map((value, index) => [`${name}.${lengths[index]}`, value]);
    return Object.fromEntries([
      ...named('collapse', grown),
      ...named('dilution', diluted),
      ...(hasAttention(run) ? [['negativeMass', await negative(model, task, run.config.evaluation.seed, window)]] : []),
    ]);
  },
};

/** The states at the question of each sequence of bits, [sequences, width]. */
function questionStates(model: tf.LayersModel, task: BitTask, all: readonly (readonly number[])[]): tf.Tensor2D {
  const window = model.inputs[0]!.shape[1]!;
  const items = all.map((bits) => task.layOut(bits, window));
  const tokens = items.flatMap((item) => [...item.tokens.subarray(0, window)]);
  const states = captureStates(model, tf.tensor2d(tokens, [items.length, window], 'int32')) as tf.Tensor3D;
  return tf.gatherND(
    states,
    items.map(({ answerAt }, index) => [index, answerAt - 1]),
  ) as tf.Tensor2D;
}

async function negative(model: tf.LayersModel, task: BitTask, seed: number, window: number): Promise<number> {
  const batch = task.batch({ seed, index: 0, batchSize: sequences, window });
  // Each sequence has one answer; the question stands before it.
  const questions = Array.from(batch.rules).flatMap((rule, index) => {
    return rule < 0 ? [] : [[Math.floor(index / (window + 1)), (index % (window + 1)) - 1]];
  });
  const [share] = await valuesOf(() => {
    const all = tf.tensor2d(batch.tokens, [sequences, window + 1], 'int32');
    const layers = captureAttention(model, tf.slice(all, [0, 0], [-1, window])).map((weights) => {
      const masses = tf.transpose(negativeMass(weights), [0, 2, 1]); // [sequences, queries, heads]
      return tf.mean(tf.gatherND(masses, questions));
    });
    return tf.mean(tf.stack(layers));
  });
  return share!;
}

/** The numbers of a tensor, which is disposed with everything that led to it. */
async function valuesOf(make: () => tf.Tensor): Promise<number[]> {
  const tensor = tf.tidy(make);
  try {
    return [...(await tensor.data())];
  } finally {
    tensor.dispose();
  }
}

/** 1, 2, 4, … and the last length that has a longer one. */
function lengthsOf({ maximumLength }: BitTask): number[] {
  const last = maximumLength - 1;
  const powers = Array.from({ length: Math.ceil(Math.log2(last)) }, (_, power) => 2 ** power);
  return [...powers, last];
}

function bitTask({ task, config }: Probed): BitTask {
  if (!isBitTask(task)) {
    throw new ConfigError(
      `probe collapse is made for the tasks countOnes and findZero, not for ${task.name}: set probe to none`,
    );
  }
  if (task.maximumLength < 2)
    throw new ConfigError('probe collapse compares lengths: set task.maximumLength to at least 2');
  if (config.model.kind === 'mlp') {
    throw new ConfigError(
      'probe collapse reads states at every position, which model.kind mlp does not have: set probe to none',
    );
  }
  return task;
}

const hasAttention = ({ config: { model } }: Probed) => 'attention' in model && model.depth > 0;

const isBitTask = (task: Probed['task']): task is BitTask => 'layOut' in task;
