import { type AttentionCache, MultiHeadAttention, PositionEmbedding } from '@switchyard/attention';
import * as tf from '@tensorflow/tfjs';
import { ModelError } from './errors.ts';
import { modelConfig } from './model-config.ts';
import type { ModelConfig } from './registry.ts';

/** A model that takes tokens one after the other. */
export interface Decoder {
  /** Tokens it has taken since the last reset. */
  readonly length: number;
  /**
   * Takes tokens, one at least, and no more than the window in all.
   *
   * @returns the logits behind the last of them, [vocabulary]: those of the model for all tokens so far, up to rounding
   */
  append(tokens: readonly number[]): Float32Array;
  /** Forgets all tokens. */
  reset(): void;
}

/** A layer, and the places of its inputs and its output among the values of a pass. */
interface Call {
  readonly layer: tf.layers.Layer;
  readonly inputs: readonly number[];
  readonly output: number;
}

/** Kinds whose layers are of that sort. */
type DecodableConfig = Extract<ModelConfig, { kind: 'cogformer' | 'transformer' }>;

/**
 * The config of a model that {@link createDecoder} takes.
 *
 * @throws ModelError `SWITCHYARD_MODEL_INPUT` for a model of another kind, `SWITCHYARD_MODEL_UNKNOWN` for one without a config
 */
export function decodableConfig(model: tf.LayersModel): DecodableConfig {
  const config = modelConfig(model);
  if (config.kind === 'cogformer' || config.kind === 'transformer') return config;
  throw new ModelError(
    'SWITCHYARD_MODEL_INPUT',
    `Model '${model.name}' cannot generate: choose one of cogformer, transformer`,
  );
}

/**
 * Runs a causal model layer by layer for new tokens alone: attention layers keep the keys and values of those before, learned
 * positions are counted on, every other layer treats tokens apart from each other. Documents are the caller's: reset at a separator.
 *
 * @throws ModelError as {@link decodableConfig}
 */
export function createDecoder(model: tf.LayersModel): Decoder {
  decodableConfig(model);
  const calls = callsOf(model);
  const [from, to] = [model.inputs[0]!.id, model.outputs[0]!.id];
  let caches = new Map<tf.layers.Layer, AttentionCache>();
  let length = 0;

  function run(tokens: readonly number[]): { logits: tf.Tensor; next: Map<tf.layers.Layer, AttentionCache> } {
    const values = new Map<number, tf.Tensor>([
      [from, tf.tensor2d(Int32Array.from(tokens), [1, tokens.length], 'int32')],
    ]);
    const next = new Map<tf.layers.Layer, AttentionCache>();
    for (const { layer, inputs, output } of calls) {
      const x = inputs.map((id) => values.get(id)!);
      if (layer instanceof MultiHeadAttention) {
        const extended = layer.extend(x[0] as tf.Tensor3D, caches.get(layer));
        values.set(output, extended.output);
        next.set(layer, extended.cache);
      } else if (layer instanceof PositionEmbedding) values.set(output, layer.extend(x[0] as tf.Tensor3D, length));
      else values.set(output, layer.call(x, {}) as tf.Tensor);
    }
    const logits = values.get(to)!; // [1, tokens, vocabulary]
    const vocabulary = logits.shape.at(-1)!;
    return { logits: tf.slice(logits, [0, tokens.length - 1, 0], [1, 1, vocabulary]), next };
  }

  const forget = () => tf.dispose([...caches.values()].map(({ keys, values }) => [keys, values]));
  return {
    get length() {
      return length;
    },
    append(tokens) {
      tf.engine().startScope();
      const { logits, next } = run(tokens);
      const values = logits.dataSync<'float32'>();
      tf.engine().endScope([...next.values()].flatMap((cache) => [cache.keys, cache.values]));
      forget();
      caches = next;
      length += tokens.length;
      return values;
    },
    reset() {
      forget();
      caches = new Map();
      length = 0;
    },
  };
}

/** The layers that lead to the model's output, in order; of what attention takes, documents are left out. */
function callsOf(model: tf.LayersModel): Call[] {
  const needed = new Set(model.outputs.map(({ id }) => id));
  return model.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .toReversed()
    .flatMap((layer): Call[] => {
      const output = (layer.output as tf.SymbolicTensor).id;
      if (!needed.has(output)) return [];
      const all = [layer.input].flat().map(({ id }) => id);
      const inputs = layer instanceof MultiHeadAttention ? all.slice(0, 1) : all;
      for (const id of inputs) needed.add(id);
      return [{ layer, inputs, output }];
    })
    .toReversed();
}
