import type { Scores } from '@switchyard/training';
import type { RunInput } from './run-config.ts';

/** What to show of a model. */
export interface Look {
  /** Number of the sequence. */
  readonly sample: number;
  /** Number of the weight tensor, in the order of `ReadyReply.weights`. */
  readonly weight: number;
  /** Number of the unit, along the last axis of that tensor. */
  readonly unit: number;
}

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Opening {
  /** Threads of the simd backend, where the page can have any. */
  readonly threads: number;
  readonly look: Look;
}

/** From the page to the worker of a model. The first is `start` or `open`. */
export type Request =
  | (Opening & { readonly type: 'start'; readonly config: RunInput })
  | (Opening & { readonly type: 'open'; readonly files: readonly NamedBytes[] })
  | { readonly type: 'run' }
  | { readonly type: 'pause' }
  | { readonly type: 'step'; readonly updates: number }
  | { readonly type: 'look'; readonly look: Look }
  | { readonly type: 'export'; readonly what: 'run' | 'model' };

export interface ReadyReply {
  readonly type: 'ready';
  readonly backend: string;
  readonly threads: number;
  readonly parameters: number;
  /** What is trained, in words: `transformer EA`. */
  readonly title: string;
  /** Name of the task. */
  readonly task: string;
  readonly step: number;
  readonly steps: number;
  readonly window: number;
  readonly labels: readonly string[];
  readonly symbols: number;
  readonly ruleNames: readonly string[];
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly signed: boolean;
  /** The command line that trains the same; undefined for a model without its run. */
  readonly command?: string | undefined;
}

export interface ProgressReply {
  readonly type: 'progress';
  readonly step: number;
  readonly stepsPerSecond: number;
  readonly tokensPerSecond: number;
  /** New points of the curves, row after row: step, loss, accuracy, accuracy of every rule (NaN without a target). */
  readonly points: Float64Array<ArrayBuffer>;
}

export interface AttentionReply {
  readonly layers: number;
  readonly heads: number;
  readonly window: number;
  /** [layers, heads, queries, keys] */
  readonly weights: Float32Array<ArrayBuffer>;
}

export interface LookReply {
  readonly type: 'look';
  readonly step: number;
  readonly sample: number;
  readonly tokens: Int32Array<ArrayBuffer>; // [window + 1]
  readonly rules: Int8Array<ArrayBuffer>; // [window + 1]
  readonly visible: Uint8Array<ArrayBuffer>; // [window + 1]
  readonly explanations: readonly string[];
  /** For each token what the model expected there, −1 where it says nothing. */
  readonly predictions: Int32Array<ArrayBuffer>; // [window + 1]
  readonly probabilities: Float32Array<ArrayBuffer>; // [window + 1]
  readonly attention: AttentionReply | null;
  /** Weights of the unit: [positions, inputs], one position where weights are shared. */
  readonly unit: { readonly rows: number; readonly columns: number; readonly values: Float32Array<ArrayBuffer> };
}

/** From the worker to the page. */
export type Reply =
  | ReadyReply
  | ProgressReply
  | LookReply
  | { readonly type: 'state'; readonly state: 'running' | 'paused' | 'done' }
  | { readonly type: 'evaluation'; readonly step: number; readonly scores: Scores }
  | { readonly type: 'exported'; readonly what: 'run' | 'model'; readonly files: readonly NamedBytes[] }
  | { readonly type: 'warning'; readonly message: string }
  /** `fatal`: nothing more will come. */
  | { readonly type: 'failed'; readonly message: string; readonly fatal: boolean };

/** The buffers of a reply that need not be copied. */
export function transferables(reply: Reply): ArrayBuffer[] {
  switch (reply.type) {
    case 'progress':
      return [reply.points.buffer];
    case 'look': {
      const { tokens, rules, visible, predictions, probabilities, attention, unit } = reply;
      const arrays = [tokens, rules, visible, predictions, probabilities, unit.values];
      return [...arrays, ...(attention ? [attention.weights] : [])].map(({ buffer }) => buffer);
    }
    default:
      return [];
  }
}
