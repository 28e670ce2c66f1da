import * as tf from '@tensorflow/tfjs';
import { AttentionError } from '../errors.ts';
import type { ExpressiveAttentionOptions } from '../expressive-attention.ts';
import { linear, positionWiseLinear } from '../linear.ts';
import type { Mechanism } from '../mechanism.ts';
import { mechanisms } from '../mechanisms.ts';
import { rotary } from '../rotary.ts';
import { joinHeads, reaching, selfAttention, splitHeads } from '../self-attention.ts';
import {
  glorotUniform,
  type Initializer,
  type InitializerLike,
  resolveInitializer,
  serializeInitializer,
} from './initializer.ts';
import { knownWindow, onlyInput, onlyShape, sequenceShape } from './shapes.ts';

/** Options of `multiHeadAttention`. */
export interface MultiHeadAttentionOptions {
  /** Number of heads; must divide the width of the input. */
  heads: number;
  mechanism: Mechanism;
  /** Tokens attend to themselves and earlier ones only. Default true. */
  causal?: boolean;
  /** Factor of the logits. Default 1/√head_dim. */
  scale?: number | null;
  /** What attention itself knows of positions: rotary turns queries and keys, alibi penalises distance. Default 'none'. */
  positions?: 'rotary' | 'alibi' | 'none';
  /** Expressive attention only: false leaves rows as they are. Default true. */
  normalizeWeights?: boolean;
  /** Which weights every position has for itself, as in the cisformer. Default none. */
  positionWise?: { projections?: boolean; output?: boolean };
  /** Of both projections, or of each: U-ViT has none on queries, keys and values. Default true. */
  useBias?: boolean | { projections?: boolean; output?: boolean };
  /** Of both kernels. Default uniform in ±√(3/width), for each of query, key, value and output. */
  kernelInitializer?: InitializerLike | null;
  /** Of the query, key and value kernel. Default `kernelInitializer`. */
  projectionsInitializer?: InitializerLike | null;
  /** Of the output kernel. Default `kernelInitializer`. */
  outputInitializer?: InitializerLike | null;
  name?: string;
}

/** An affine map of the layer; a kernel of rank 3 has one matrix for each position. */
interface Projection {
  kernel: tf.LayerVariable;
  bias: tf.LayerVariable | undefined;
}

/** Keys and values of the tokens so far, [batch, heads, tokens, head_dim] each: what decoding one token after the other keeps. */
export interface AttentionCache {
  readonly keys: tf.Tensor4D;
  readonly values: tf.Tensor4D;
}

/** The options that a saved model holds as they are. */
interface Settings
  extends Required<
    Pick<MultiHeadAttentionOptions, 'heads' | 'mechanism' | 'causal' | 'scale' | 'positions' | 'normalizeWeights'>
  > {
  useBias: boolean | { projections: boolean; output: boolean };
  positionWise: { projections: boolean; output: boolean };
}

/** See `multiHeadAttention`. */
export class MultiHeadAttention extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'SwitchyardMultiHeadAttention';
  private readonly settings: Settings;
  private readonly projectionsInitializer: Initializer | undefined;
  private readonly outputInitializer: Initializer | undefined;
  private projections: Projection | undefined;
  private outputProjection: Projection | undefined;

  constructor(options: MultiHeadAttentionOptions) {
    super(options);
    const { heads, mechanism, positionWise, kernelInitializer } = options;
    const { causal = true, scale = null, positions = 'none', normalizeWeights = true, useBias = true } = options;
    requireOption(Number.isInteger(heads) && heads > 0, 'heads', heads, 'a positive integer');
    const names = "'dpa', 'ea', 'cog', 'dpa-plus-one' or 'signed-unit'";
    requireOption(Object.hasOwn(mechanisms, mechanism), 'mechanism', mechanism, names);
    const known = ['rotary', 'alibi', 'none'];
    requireOption(known.includes(positions), 'positions', positions, "'rotary', 'alibi' or 'none'");
    requireOption(scale === null || Number.isFinite(scale), 'scale', scale, 'a finite number');
    this.settings = {
      heads,
      mechanism,
      causal,
      scale,
      positions,
      normalizeWeights,
      useBias: typeof useBias === 'boolean' ? useBias : { projections: true, output: true, ...useBias },
      positionWise: { projections: false, output: false, ...positionWise },
    };
    this.projectionsInitializer = resolveInitializer(options.projectionsInitializer ?? kernelInitializer);
    this.outputInitializer = resolveInitializer(options.outputInitializer ?? kernelInitializer);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { window, width } = sequenceShape(this.name, inputShape);
    const { heads, positions, positionWise, useBias } = this.settings;
    const biased = typeof useBias === 'boolean' ? { projections: useBias, output: useBias } : useBias;
    requireOption(width % heads === 0, 'heads', heads, `a divisor of the width ${width}`);
    const rule = `used with an even head_dim, not ${width / heads}: change width or heads`;
    requireOption(positions !== 'rotary' || (width / heads) % 2 === 0, 'positions', positions, rule);
    const own = (perPosition: boolean): number[] => (perPosition ? [knownWindow(this.name, window)] : []);
    const initial = glorotUniform(width, width);
    this.projections = this.#addProjection(
      'query_key_value',
      [...own(positionWise.projections), width, 3 * width],
      this.projectionsInitializer ?? initial,
      biased.projections,
    );
    this.outputProjection = this.#addProjection(
      'output',
      [...own(positionWise.output), width, width],
      this.outputInitializer ?? initial,
      biased.output,
    );
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return onlyShape(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const { mechanism, heads } = this.settings;
      const projection = this.#project(onlyInput(inputs));
      const mixed = selfAttention(mechanism, projection, heads, this.#attentionOptions(), startsOf(inputs));
      return apply(this.outputProjection!, mixed);
    });
  }

  /**
   * The same for tokens that follow others, without those: `call` on all tokens gives these rows too, up to rounding.
   *
   * @param x the new tokens, [batch, tokens, width]
   * @param past what this method gave for the tokens before; none at the beginning
   * @returns the output for the new tokens, [batch, tokens, width], and the keys and values of all
   * @throws AttentionError when the layer is not causal, or has weights of every position
   */
  extend(x: tf.Tensor3D, past?: AttentionCache): { output: tf.Tensor3D; cache: AttentionCache } {
    const { mechanism, heads, causal, positionWise } = this.settings;
    const shared = !positionWise.projections && !positionWise.output;
    requireOption(
      causal && shared,
      'extend of layer',
      this.name,
      'of a causal layer without weights of every position',
    );
    const [output, keys, values] = tf.tidy(() => {
      const [query, key, value] = splitHeads(this.#project(x, past?.keys.shape[2] ?? 0), heads);
      const all = past ? [tf.concat([past.keys, key], 2), tf.concat([past.values, value], 2)] : [key, value];
      const [allKeys, allValues] = all as [tf.Tensor4D, tf.Tensor4D];
      const mixed = mechanisms[mechanism].attention(query, allKeys, allValues, this.#attentionOptions());
      return [apply(this.outputProjection!, joinHeads(mixed)), allKeys, allValues];
    });
    return { output, cache: { keys, values } };
  }

  /**
   * The attention weights for this input, as `call` uses them.
   *
   * @param inputs [batch, window, width], and where documents begin if the layer is told so
   * @returns [batch, heads, queries, keys]
   */
  attentionWeights(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor4D {
    return tf.tidy(() => {
      const [query, key] = splitHeads(this.#project(onlyInput(inputs)), this.settings.heads);
      const options = reaching(this.#attentionOptions(), startsOf(inputs));
      return mechanisms[this.settings.mechanism].weights(query, key, options);
    });
  }

  /** Number of heads. */
  get heads(): number {
    return this.settings.heads;
  }

  /**
   * What the heads make of the values, before the output projection mixes them: `combine(headOutputs(x))` is the layer's output.
   *
   * @param inputs [batch, window, width], and where documents begin if the layer is told so
   * @returns [batch, heads, queries, head_dim]
   */
  headOutputs(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor4D {
    return tf.tidy(() => {
      const [query, key, value] = splitHeads(this.#project(onlyInput(inputs)), this.settings.heads);
      const options = reaching(this.#attentionOptions(), startsOf(inputs));
      return mechanisms[this.settings.mechanism].attention(query, key, value, options);
    });
  }

  /** The output of the layer from those of its heads, [batch, heads, queries, head_dim] → [batch, queries, width]. */
  combine(headOutputs: tf.Tensor4D): tf.Tensor3D {
    return tf.tidy(() => apply(this.outputProjection!, joinHeads(headOutputs)));
  }

  /**
   * What each head adds along a direction of each key, for one unit of attention to it: a = (v_j·B_h) · u_j, where B_h are the
   * rows of the output kernel that belong to head h.
   *
   * @param inputs [batch, window, width], and where documents begin if the layer is told so
   * @param directions u, [batch, window, width]
   * @returns [batch, heads, 1, keys]; [batch, heads, queries, keys] where every query has an output kernel of its own
   */
  alignments(inputs: tf.Tensor | tf.Tensor[], directions: tf.Tensor3D): tf.Tensor4D {
    return tf.tidy(() => {
      const value = splitHeads(this.#project(onlyInput(inputs)), this.settings.heads)[2];
      const [batch, heads, keys, headWidth] = value.shape;
      const width = heads * headWidth;
      const kernels = tf.reshape(this.outputProjection!.kernel.read(), [-1, width]); // [kernels·width, width]
      const along = tf.matMul(kernels, tf.reshape(directions, [batch * keys, width]), false, true);
      const byHead = tf.transpose(tf.reshape(along, [-1, heads, headWidth, batch, keys]), [3, 1, 0, 4, 2]);
      return tf.sum(tf.mul(byHead, tf.expandDims(value, 2)), -1) as tf.Tensor4D;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {
      ...super.getConfig(),
      ...this.settings,
      projectionsInitializer: serializeInitializer(this.projectionsInitializer),
      outputInitializer: serializeInitializer(this.outputInitializer),
    };
  }

  #addProjection(name: string, shape: number[], initializer: Initializer, biased: boolean): Projection {
    const kernel = this.addWeight(`${name}/kernel`, shape, 'float32', initializer);
    if (!biased) return { kernel, bias: undefined };
    const zeros = tf.initializers.zeros();
    return { kernel, bias: this.addWeight(`${name}/bias`, shape.toSpliced(-2, 1), 'float32', zeros) };
  }

  /** Queries, keys and values side by side, [batch, window, 3·width], of tokens with `offset` others before them. */
  #project(x: tf.Tensor3D, offset = 0): tf.Tensor3D {
    const { heads, positions } = this.settings;
    const projection = apply(this.projections!, x);
    if (positions !== 'rotary') return projection;
    const [batch, window, all] = projection.shape;
    const byHead = tf.reshape<tf.Rank.R4>(projection, [batch, window, 3 * heads, all / 3 / heads]);
    return tf.reshape(rotary(byHead, { axis: -3, heads: 2 * heads, offset }), projection.shape);
  }

  #attentionOptions(): ExpressiveAttentionOptions {
    const { causal, scale, positions, normalizeWeights } = this.settings;
    return { causal, normalizeWeights, alibi: positions === 'alibi', ...(scale !== null && { scale }) };
  }
}
tf.serialization.registerClass(MultiHeadAttention);

/**
 * Multi-head self-attention, [batch, window, width] → [batch, window, width]:
 *
 *     q, k, v = x·A + a, split into heads;  y = concat over heads of attention(q, k, v) · B + b
 *
 * Weights: `query_key_value/kernel` [width, 3·width] (queries, keys, values side by side, heads within each),
 * `query_key_value/bias`, `output/kernel` [width, width], `output/bias`; with a leading axis [window, …] where
 * `positionWise` says so. `attentionWeights(x)` of the layer gives [batch, heads, queries, keys], `extend(x, past)` decodes with a cache.
 *
 * Applied to [x, starts] (see `documentStarts`), tokens attend to no key before the start of their document.
 *
 * @throws AttentionError for a bad option here, and when the layer is built, for an input that is not
 * [batch, window, width], a width that heads do not divide, or an open window with position-wise weights
 */
export function multiHeadAttention(options: MultiHeadAttentionOptions): MultiHeadAttention {
  return new MultiHeadAttention(options);
}

function apply({ kernel, bias }: Projection, x: tf.Tensor3D): tf.Tensor3D {
  const w = kernel.read();
  const b = bias?.read();
  return w.rank === 3
    ? positionWiseLinear(x, w as tf.Tensor3D, b as tf.Tensor2D | undefined)
    : linear(x, w as tf.Tensor2D, b as tf.Tensor1D | undefined);
}

/** The second input: where documents begin. */
function startsOf(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor2D | undefined {
  return Array.isArray(inputs) ? (inputs[1] as tf.Tensor2D | undefined) : undefined;
}

function requireOption(ok: boolean, option: string, value: unknown, rule: string): void {
  if (!ok) throw new AttentionError('SWITCHYARD_ATTENTION_OPTION', `${option} ${String(value)}: must be ${rule}`);
}
