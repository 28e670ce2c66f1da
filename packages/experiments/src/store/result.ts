import type { Factors } from '../study/schema.ts';

/** One evaluation of a run on its frozen sequences. */
export interface CurvePoint {
  readonly step: number;
  /** Nats. */
  readonly loss: number;
  /** Shares in [0, 1]. */
  readonly accuracy: number;
  readonly visibleAccuracy: number | null;
  readonly accuracyPerRule: Readonly<Record<string, number>>;
}

/** What a finished run measured. */
export interface RunResult {
  /** The last evaluation, and the best value of each metric over all evaluations: `loss`, `accuracy`,
   * `visibleAccuracy`, `accuracy.<rule>`. */
  readonly metrics: {
    readonly final: Readonly<Record<string, number>>;
    readonly best: Readonly<Record<string, number>>;
  };
  readonly curve: readonly CurvePoint[];
  readonly steps: number;
  /** True where the study's target accuracy ended it before its last step. */
  readonly stoppedEarly: boolean;
  /** Trainable weights. */
  readonly parameters: number;
  /** Input tokens trained on. */
  readonly trainingTokens: number;
  /** Time of the training steps, evaluations and checkpoints left out. */
  readonly seconds: number;
  /** The backend it ran on. */
  readonly backend: string;
  /** Chance accuracy of the task. */
  readonly chance: number;
}

/** One run of a study and what is known of it. */
export interface ResultRow {
  /** SHA-256 of the resolved configuration, 64 hexadecimal digits. */
  readonly runHash: string;
  readonly study: string;
  /** `selection` runs choose a level (see `select` of a study); only `final` ones are results. */
  readonly phase: 'selection' | 'final';
  readonly factors: Factors;
  readonly seed: number;
  readonly status: 'done' | 'failed' | 'pending';
  /** How often it was tried, the last try included. */
  readonly attempts: number;
  /** Why the last try failed. */
  readonly reason?: string;
  /** Only of runs that are done. */
  readonly result?: RunResult;
  /** Its run directory, which may be gone: a result does not need it. */
  readonly directory: string;
}
