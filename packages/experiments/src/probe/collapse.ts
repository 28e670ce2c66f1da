import { negativeMass, stateDistance } from '@switchyard/attention';
import { captureAttention, captureStates } from '@switchyard/models';
import type { BitTask, SequenceTask } from '@switchyard/tasks';
import * as tf from '@tensorflow/tfjs';
import { ConfigError } from '../config/config-error.ts';
import type { Probe, Probed } from './probe.ts';

/** Sequences of the task that are looked at. */
const sequences = 64;

/**
 * Representational collapse (claim 8 of PAPERS.md), with s(x) the hidden state that the head reads at the last token of the
 * sequence x, behind the last block and its final normalisation; in the tasks of ones and zeros, at the question behind x.
 *
 * - `collapse.<n>`: ‖s(x) − s(y)‖∞ of a sequence x of n tokens and y, x with one token more before it
 * - `dilution.<n>`: ‖s(x) − s(z)‖∞ of x and z, x with another first token
 * - `negativeMass`: share of negative weight in the rows of attention that predict something, mean over layers, heads
 *   and 64 frozen sequences of the task; only of models with attention
 *
 * for n = 1, 2, 4, … and the last n that has a longer sequence. In the tasks of ones and zeros x is n ones, y a one more, and z begins
 * with a zero: exact numbers of one model. In others they are means over the beginnings of the frozen sequences, of those without a
 * separator in x where there are any; models may look no further back than that. (The L∞ distance of last tokens as sequences grow is that
 * of Barbero et al. 2024, which [L24] takes up (p); after the normalisation, the second distance, and everything else are ours (r).)
 */
export const collapse: Probe = {
  metrics(run) {
    const lengths = lengthsOf(run);
    return [
      ...lengths.map((length) => `collapse.${length}`),
      ...lengths.map((length) => `dilution.${length}`),
      ...(hasAttention(run) ? ['negativeMass'] : []),
    ];
  },
  async measure(model, run) {
    const lengths = lengthsOf(run);
    const task = sequenceTask(run);
    const { seed } = run.config.evaluation;
    const window = windowOf(run);
    const batch = task.batch({ seed, index: 0, batchSize: sequences, window, split: 'validation' });
    const named: [string, number][] = [];
    for (const length of lengths) {
      const { same, grown, changed } = isBitTask(task)
        ? onesOf(task, length, window)
        : beginningsOf(task, batch, length);
      const [collapsed, diluted] = await valuesOf(() => {
        const state = stateAt(model, same, window);
        const distances = [grown, changed].map((other) => tf.mean(stateDistance(state, stateAt(model, other, window))));
        return tf.stack(distances);
      });
      named.push([`collapse.${length}`, collapsed!], [`dilution.${length}`, diluted!]);
    }
    if (hasAttention(run)) named.push(['negativeMass', await negative(model, batch)]);
    const measured = new Map(named);
    return Object.fromEntries(collapse.metrics(run).map((name) => [name, measured.get(name)!]));
  },
};

/** Sequences from the beginning of a window, and where the token stands whose state is looked at: one place for all. */
interface Probes {
  readonly rows: readonly ArrayLike<number>[];
  readonly at: number;
}

/** Sequences, the same with one token more before them, and the same with another first token. */
type Triple = Readonly<Record<'same' | 'grown' | 'changed', Probes>>;

function onesOf(task: BitTask, length: number, window: number): Triple {
  const ones = new Array<number>(length).fill(1);
  const laid = (bits: readonly number[]): Probes => {
    const { tokens, answerAt } = task.layOut(bits, window);
    return { rows: [tokens], at: answerAt - 1 };
  };
  return { same: laid(ones), grown: laid([1, ...ones]), changed: laid(ones.with(0, 0)) };
}

/** The first tokens of sequences, behind their very first: models are causal, so that nothing behind a token changes its state. */
function beginningsOf({ separator, vocabulary }: SequenceTask, { tokens, window }: Batch, length: number): Triple {
  const all = Array.from({ length: sequences }, (_, row) =>
    tokens.subarray(row * (window + 1), row * (window + 1) + length + 1),
  );
  const whole = all.filter((row) => separator === undefined || !row.includes(separator, 1));
  const rows = whole.length > 0 ? whole : all;
  const same = rows.map((row) => row.subarray(1));
  return {
    same: { rows: same, at: length - 1 },
    grown: { rows, at: length },
    changed: { rows: same.map((row) => row.with(0, (row[0]! + 1) % vocabulary.symbols)), at: length - 1 },
  };
}

type Batch = ReturnType<SequenceTask['batch']>;

/** The states of sequences at one place, [sequences, width]. */
function stateAt(model: tf.LayersModel, { rows, at }: Probes, window: number): tf.Tensor2D {
  const tokens = new Int32Array(rows.length * window);
  for (const [index, row] of rows.entries()) {
    for (let place = 0; place < Math.min(row.length, window); place++) tokens[index * window + place] = row[place]!;
  }
  const states = captureStates(model, tf.tensor2d(tokens, [rows.length, window], 'int32'));
  return tf.squeeze(tf.slice(states, [0, at, 0], [-1, 1, -1]), [1]);
}

async function negative(model: tf.LayersModel, { tokens, rules, window }: Batch): Promise<number> {
  // The places before tokens that something predicts: in the tasks of ones and zeros, the question of each sequence.
  const places = Array.from(rules).flatMap((rule, index) => {
    const target = index % (window + 1);
    return rule < 0 || target === 0 ? [] : [[Math.floor(index / (window + 1)), target - 1]];
  });
  const [share] = await valuesOf(() => {
    const all = tf.tensor2d(tokens, [sequences, window + 1], 'int32');
    const layers = captureAttention(model, tf.slice(all, [0, 0], [-1, window])).map((weights) => {
      const masses = tf.transpose(negativeMass(weights), [0, 2, 1]); // [sequences, queries, heads]
      return tf.mean(tf.gatherND(masses, places));
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
function lengthsOf(run: Probed): number[] {
  const task = sequenceTask(run);
  const [longest, key] = isBitTask(task)
    ? [task.maximumLength, 'task.maximumLength' as const]
    : [windowOf(run), 'window' as const];
  if (longest < 2) throw new ConfigError(`probe collapse compares lengths: set ${key} to at least 2`);
  const last = longest - 1;
  const powers = Array.from({ length: Math.ceil(Math.log2(last)) }, (_, power) => 2 ** power);
  return [...powers, last];
}

function sequenceTask({ task, config }: Probed): SequenceTask {
  if ('kind' in task) {
    throw new ConfigError('probe collapse compares sequences, which runs on images do not have: set probe to none');
  }
  if (config.model.kind === 'mlp') {
    throw new ConfigError(
      'probe collapse reads states at every position, which model.kind mlp does not have: set probe to none',
    );
  }
  return task;
}

const windowOf = ({ config: { model } }: Probed) => ('window' in model ? model.window : 0);

const hasAttention = ({ config: { model } }: Probed) => 'attention' in model && model.depth > 0;

const isBitTask = (task: SequenceTask): task is BitTask => 'layOut' in task;
