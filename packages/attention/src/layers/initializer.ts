import * as tf from '@tensorflow/tfjs';
import { AttentionError } from '../errors.ts';

/** An initializer of tf.initializers, or of one's own. */
export type Initializer = ReturnType<typeof tf.initializers.zeros>;

/** An initializer, or what its serialised form reads like in a saved model. */
export type InitializerLike = Initializer | tf.serialization.ConfigDict;

/**
 * The initializer itself, rebuilt where a saved model holds its serialised form; undefined where none was given.
 *
 * @throws AttentionError when its class is not registered with tf.serialization
 */
export function resolveInitializer(given: InitializerLike | null | undefined): Initializer | undefined {
  if (given === undefined || given === null) return undefined;
  if (isInitializer(given)) return given;
  const { className, config } = given;
  const entry = tf.serialization.SerializationMap.getMap().classNameMap[String(className)];
  if (!entry) {
    throw new AttentionError(
      'SWITCHYARD_ATTENTION_OPTION',
      `initializer ${JSON.stringify(className)}: must be registered with tf.serialization.registerClass`,
    );
  }
  const [initializerClass, fromConfig] = entry;
  return fromConfig(initializerClass, (config ?? {}) as tf.serialization.ConfigDict) as Initializer;
}

/** What a saved model holds of an initializer; null where none was given. */
export function serializeInitializer(initializer: Initializer | undefined): tf.serialization.ConfigDict | null {
  return initializer ? { className: initializer.getClassName(), config: initializer.getConfig() } : null;
}

/**
 * Uniform in ±√(6/(in + out)), the default for kernels. [Glorot & Bengio 2010] tf.initializers.glorotUniform would count
 * the window of a position-wise kernel [window, in, out] as a part of both fans.
 */
export function glorotUniform(fanIn: number, fanOut: number): Initializer {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return tf.initializers.randomUniform({ minval: -limit, maxval: limit });
}

function isInitializer(given: InitializerLike): given is Initializer {
  return typeof given.apply === 'function';
}
