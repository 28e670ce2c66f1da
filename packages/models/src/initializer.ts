import * as tf from '@tensorflow/tfjs';

/** Any initializer of tf.layers (tfjs does not export the class itself). */
export type Initializer = ReturnType<typeof tf.initializers.ones>;

/** tfjs accepts instances of its own Initializer class alone, and exports nothing but functions that make some. */
export const BaseInitializer: (abstract new () => Initializer) &
  Pick<typeof tf.serialization.Serializable, 'fromConfig'> = Object.getPrototypeOf(tf.initializers.ones().constructor);

/** What `getConfig` of a layer keeps of an initializer. */
export function serializeInitializer(initializer: Initializer): tf.serialization.ConfigDict {
  return { className: initializer.getClassName(), config: initializer.getConfig() };
}

/** The initializer again, whether it comes as itself or from a saved config; any registered class will do. */
export function reviveInitializer(value: Initializer | tf.serialization.ConfigDict): Initializer {
  if (value instanceof BaseInitializer) return value;
  const { className, config } = value as { className: string; config: tf.serialization.ConfigDict };
  const [constructor, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className]!;
  return fromConfig(constructor, config) as Initializer;
}
