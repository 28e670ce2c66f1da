import * as tf from '@tensorflow/tfjs';

/** What a model expects at one position. */
export interface Prediction {
  readonly token: number;
  readonly probability: number;
}

/**
 * The model's most likely next token after each prefix of the tokens.
 *
 * @param tokens the inputs, `window` of them
 * @returns one prediction for each token after the first; undefined where the model answers for the last position only
 */
export function predictNext(model: tf.LayersModel, tokens: Int32Array): (Prediction | undefined)[] {
  const window = tokens.length;
  const [ids, probabilities] = tf.tidy(() => {
    const logits = model.predict(tf.tensor2d(tokens, [1, window], 'int32')) as tf.Tensor;
    const shares = tf.softmax(logits.reshape([-1, logits.shape.at(-1)!])); // [positions, vocabulary]
    return [shares.argMax(-1).dataSync(), shares.max(-1).dataSync()];
  });
  const unanswered = window - ids.length;
  return Array.from(tokens, (_, position) => {
    const answer = position - unanswered;
    return answer < 0 ? undefined : { token: ids[answer]!, probability: probabilities[answer]! };
  });
}
