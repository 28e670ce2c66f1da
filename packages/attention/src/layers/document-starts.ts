import * as tf from '@tensorflow/tfjs';
import { documentStarts as startsOf } from '../document-starts.ts';
import { AttentionError } from '../errors.ts';
import { onlyInput } from './shapes.ts';

/** Options of `documentStarts`. */
export interface DocumentStartsOptions {
  /** The token that stands before every document. */
  separator: number;
  name?: string;
}

class DocumentStarts extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'SwitchyardDocumentStarts';
  private readonly separator: number;

  constructor(config: DocumentStartsOptions) {
    super(config);
    if (!Number.isInteger(config.separator)) {
      throw new AttentionError(
        'SWITCHYARD_ATTENTION_OPTION',
        `separator ${config.separator}: must be the id of a token, a whole number`,
      );
    }
    this.separator = config.separator;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return startsOf(onlyInput(inputs) as tf.Tensor as tf.Tensor2D, this.separator);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), separator: this.separator };
  }
}
tf.serialization.registerClass(DocumentStarts);

/**
 * `documentStarts` as a layer: token ids [batch, window] → where the document of each begins, [batch, window], the second input
 * of `multiHeadAttention`.
 *
 * @throws AttentionError for a separator that is no whole number
 */
export function documentStarts(options: DocumentStartsOptions): tf.layers.Layer {
  return new DocumentStarts(options);
}
