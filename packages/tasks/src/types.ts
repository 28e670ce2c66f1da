/** The token ids of a task: symbols are 0 … symbols − 1, control tokens follow them up to size − 1. */
export interface Vocabulary {
  readonly size: number;
  readonly symbols: number;
  readonly controls: number;
  /** What a reader sees for each id. */
  readonly labels: readonly string[];
}

export interface BatchRequest {
  /** A safe integer or a string. */
  readonly seed: number | string;
  /** Number of the batch, from 0. */
  readonly index: number;
  readonly batchSize: number;
  /** Input tokens of a sequence, which has one token more: the last target. */
  readonly window: number;
  /** Which part of the data, for tasks whose sequences come from data; generators have no parts. By default `train`. */
  readonly split?: 'train' | 'validation';
}

/** Sequences and what determines their tokens. Inputs are tokens[:, :-1], targets tokens[:, 1:]. */
export interface Batch {
  readonly tokens: Int32Array; // [batch, window + 1]
  /** The rule each token follows, an index into the task's `ruleNames`; −1 where a token is unpredictable. */
  readonly rules: Int8Array; // [batch, window + 1]
  /** 1 where the token follows from tokens before it inside the window, 0 elsewhere. */
  readonly visible: Uint8Array; // [batch, window + 1]
  readonly batchSize: number;
  readonly window: number;
}

/** A source of token sequences. */
export interface SequenceTask {
  readonly name: string;
  readonly vocabulary: Vocabulary;
  readonly ruleNames: readonly string[];
  /** The token that stands before every piece that nothing before it has a part in, where there is one. */
  readonly separator?: number;
  /**
   * For tokens that stand for text: UTF-8 bytes a token of these tokens, those with a loss. Bits per byte are loss ÷ ln 2 ÷ this.
   * Tokens that stand for no text (separators), too rare to be counted in a few windows, lower it by their share in the text for
   * validation.
   */
  bytesPerToken?(tokens: ArrayLike<number>): number;
  /**
   * A pure function of its argument: any batch can be made anywhere, in any order. Each sequence depends on seed, index and
   * its row only, so a smaller batch holds the first sequences of a larger one.
   *
   * @throws TaskError `SWITCHYARD_TASK_BATCH` for sizes no batch can have
   * @throws RandomError `SWITCHYARD_RANDOM_LABEL` for a seed that is neither a safe integer nor a string
   */
  batch(request: BatchRequest): Batch;
  /**
   * Says in words, for each token of one sequence, why it follows from the tokens before it.
   *
   * @throws TaskError `SWITCHYARD_TASK_TOKEN` for a token outside the vocabulary
   */
  explain(tokens: ArrayLike<number>): string[];
}
