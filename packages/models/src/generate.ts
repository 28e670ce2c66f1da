import { createStream } from '@switchyard/random';
import type * as tf from '@tensorflow/tfjs';
import { chooseToken } from './choose-token.ts';
import { createDecoder, decodableConfig } from './decoder.ts';
import { ModelError } from './errors.ts';

/** Options of {@link generate}. */
export interface GenerateOptions {
  /** How many tokens to add. Default: as many as the model's window has. */
  readonly tokens?: number;
  /** Divides the logits: below 1 likely tokens become likelier. 0: always the likeliest. Default 1. */
  readonly temperature?: number;
  /** Draws from so many of the likeliest tokens only. Default: from all. */
  readonly topK?: number;
  /** Draws from the likeliest tokens only whose probabilities add up to this share, in (0, 1]. Default 1: from all. */
  readonly topP?: number;
  /** Of the draws. The same seed, model and prompt give the same tokens on the same backend. Default 0. */
  readonly seed?: number | string;
  /** Ends before this token. Default: at no token. */
  readonly stop?: number;
}

/**
 * Continues a sequence: draws token after token from what the model predicts behind all tokens so far. Keys and values of earlier
 * tokens are kept, so that a token costs one token's work; the logits are those of a full forward pass up to rounding.
 *
 * A context of more tokens than the window is cut to its last ⌊window/2⌋ tokens (at least one), and grows from there again; a prompt is
 * first cut to its last `window` tokens. With a `documentSeparator` the context begins at the last separator, as the model's mask has it.
 *
 * @param model a transformer or a Cogformer
 * @param prompt token ids; may be empty if the model has a `documentSeparator`, and stands for that then
 * @returns the ids that follow the prompt
 * @throws ModelError `SWITCHYARD_MODEL_INPUT` for a model of another kind, a prompt or an option that breaks its rule, or a model
 *   whose logits are not finite; `SWITCHYARD_MODEL_UNKNOWN` for a model that was not made by this package
 */
export function generate(model: tf.LayersModel, prompt: ArrayLike<number>, options: GenerateOptions = {}): number[] {
  return [...generateTokens(model, prompt, options)];
}

/** {@link generate}, token by token: for who shows them as they come, or stops when enough is seen. */
export function* generateTokens(
  model: tf.LayersModel,
  prompt: ArrayLike<number>,
  options: GenerateOptions = {},
): Generator<number, void, undefined> {
  const config = decodableConfig(model);
  const { vocabulary, window } = config;
  const separator = config.kind === 'cogformer' ? config.documentSeparator : undefined;
  const { tokens = window, temperature = 1, topK, topP = 1, seed = 0, stop } = options;
  const isToken = (id: number) => Number.isInteger(id) && id >= 0 && id < vocabulary;
  const anyToken = `a token id, a whole number from 0 to ${vocabulary - 1}`;
  check(Number.isInteger(tokens) && tokens >= 0, 'tokens', tokens, 'a whole number, at least 0');
  check(Number.isFinite(temperature) && temperature >= 0, 'temperature', temperature, 'a number, at least 0');
  check(topK === undefined || (Number.isInteger(topK) && topK >= 1), 'topK', topK, 'a whole number, at least 1');
  check(topP > 0 && topP <= 1, 'topP', topP, 'a number above 0, at most 1');
  check(stop === undefined || isToken(stop), 'stop', stop, anyToken);
  const start = prompt.length === 0 && separator !== undefined ? [separator] : Array.from(prompt);
  check(start.length > 0, 'prompt', '[]', 'one token at least: the model has no documentSeparator to begin with');
  const wrong = start.find((id) => !isToken(id));
  check(wrong === undefined, 'a token of the prompt', wrong, anyToken);

  const decoder = createDecoder(model);
  const stream = createStream(seed).fork('generate');
  try {
    let context: number[] = []; // what the decoder has taken
    let fresh = start.slice(separator === undefined ? 0 : Math.max(0, start.lastIndexOf(separator))).slice(-window);
    for (let count = 0; count < tokens; count++) {
      if (context.length + fresh.length > window) {
        fresh = [...context, ...fresh].slice(-Math.max(1, Math.floor(window / 2)));
        context = [];
      } else if (fresh[0] === separator) context = [];
      if (context.length === 0) decoder.reset();
      const logits = decoder.append(fresh);
      context.push(...fresh);
      if (!logits.every(Number.isFinite)) {
        throw new ModelError(
          'SWITCHYARD_MODEL_INPUT',
          `Model '${model.name}' gives logits that are not finite: load another checkpoint`,
        );
      }
      const token = chooseToken(logits, { temperature, topK, topP }, stream.nextFloat());
      if (token === stop) return;
      yield token;
      fresh = [token];
    }
  } finally {
    decoder.reset();
  }
}

function check(ok: boolean, name: string, value: unknown, rule: string): void {
  if (!ok) throw new ModelError('SWITCHYARD_MODEL_INPUT', `${name} ${String(value)}: must be ${rule}`);
}
