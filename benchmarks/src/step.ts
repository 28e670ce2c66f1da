import { createReadStream, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { captureStep } from '@switchyard/backend-simd';
import { createModel } from '@switchyard/models';
import { createStream } from '@switchyard/random';
import { adam, createTrainingState, createTrainingStep } from '@switchyard/training';
import { selectBackend } from '@switchyard/training/node';
import * as tf from '@tensorflow/tfjs';
import type { BenchmarkFlags } from './main.ts';
import { medianTime } from './median-time.ts';

/** One line of `peer-configs.jsonl`: the model and the sizes that every peer is timed with. */
interface StepConfig {
  readonly model: 'transformer' | 'cisformer' | 'lstm' | 'mlp';
  readonly attention: 'dpa' | 'ea' | 'cog';
  readonly batch: number;
  readonly window: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly feedForward: number;
  readonly vocabulary: number;
}

/**
 * Times one training step (forward over int tokens, mean cross-entropy, backward, Adam) for every configuration that
 * stands on stdin, one JSON object a line, or for the default set, and writes each line back with `ms` added.
 */
export async function benchmarkStep({ backend, capture }: BenchmarkFlags): Promise<void> {
  const chosen = await selectBackend(backend);
  const captured = chosen === 'simd' && capture !== 'off';
  for (const line of (await readLines()).filter((line) => line.trim() !== '')) {
    const config = JSON.parse(line) as StepConfig;
    console.log(JSON.stringify({ ...config, ...(await timeStep(config, captured)), backend: chosen, captured }));
  }
}

async function readLines(): Promise<string[]> {
  const piped = process.stdin.isTTY ? '' : await text(createReadStream('', { fd: 0 }));
  const lines = piped.trim() === '' ? readFileSync(new URL('../peer-configs.jsonl', import.meta.url), 'utf8') : piped;
  return lines.split('\n');
}

async function timeStep(config: StepConfig, captured: boolean): Promise<{ ms: number; parameters: number }> {
  const { batch, window, vocabulary } = config;
  const model = createModel(modelConfig(config));
  const state = createTrainingState(model, adam());
  const plain = createTrainingStep({ model, optimizer: adam(), ...state });
  const fast = captured ? captureStep(plain) : undefined;
  const update = fast ?? plain;

  const stream = createStream('benchmark');
  const integers = (count: number) => Int32Array.from({ length: count }, () => stream.nextInt(vocabulary));
  const answers = config.model === 'mlp' ? batch : batch * window;
  const tokens = tf.tensor2d(integers(batch * window), [batch, window], 'int32');
  const targets = tf.tensor1d(integers(answers), 'int32');
  const mask = tf.ones([answers]);
  const learningRate = tf.scalar(1e-3);
  const ms = await medianTime((step) => {
    const at = tf.scalar(step);
    const loss = update(tokens, targets, mask, learningRate, at);
    loss.dataSync(); // a step is over when its loss is known
    tf.dispose([at, loss]);
  });
  const parameters = model.countParams();
  tf.dispose([tokens, targets, mask, learningRate]);
  fast?.dispose();
  state.dispose();
  model.dispose();
  return { ms, parameters };
}

function modelConfig({ model, layers, attention, ...sizes }: StepConfig) {
  const { vocabulary, window, width, heads, feedForward } = sizes;
  const shared = { vocabulary, window, width, depth: layers };
  if (model === 'lstm' || model === 'mlp') return { kind: model, ...shared };
  return { kind: model, ...shared, heads, feedForward, attention };
}
