/** What the weights make of a logged step's batch; null where its objective has no accuracy. */
export interface StepScores {
  readonly accuracy: number | null;
  readonly accuracyPerRule: Record<string, number>;
}

/** What an evaluation measured. Accuracies are shares in [0, 1]. */
export interface Scores {
  /** Mean cross-entropy over the targets that count, in nats; of another objective its own loss. */
  readonly loss: number;
  /** Share of the targets that count whose most likely token is the right one. */
  readonly accuracy: number;
  /** The same per rule of the task; rules without a target are left out. */
  readonly accuracyPerRule: Record<string, number>;
  /** What else the objective measures, by name; left out where that is nothing. */
  readonly measures?: Record<string, number> | undefined;
  /** Accuracy on targets that follow from tokens inside the window; null where there is none. */
  readonly visibleAccuracy: number | null;
  readonly visibleAccuracyPerRule: Record<string, number>;
  /** Share of the targets that count which follow from tokens inside the window: a ceiling for `accuracy`, chance aside. */
  readonly visibleShare: number;
  /** Accuracy of guessing: 1 ÷ number of symbols. */
  readonly chance: number;
  /** How many targets counted. */
  readonly targets: number;
}

/** The first event of every run. `step` is 0, or the step of the checkpoint that the run goes on from. */
export interface StartEvent {
  readonly type: 'start';
  readonly step: number;
  readonly steps: number;
  /** Number of trainable weights. */
  readonly parameters: number;
  /** Where the checkpoint lies that the run goes on from. */
  readonly resumedFrom?: string;
}

/** One logged training step. `loss` and the accuracies are those of the step's own batch, before its update. */
export interface StepEvent extends StepScores {
  readonly type: 'step';
  readonly step: number;
  readonly loss: number;
  /** The loss in other units, by name; left out where the objective has none. */
  readonly measures?: Record<string, number>;
  readonly learningRate: number;
  /** Input tokens (or what the objective counts) a second since the last logged step, evaluations and checkpoints left out. */
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** Scores on the frozen evaluation batches after `step` updates. */
export interface EvaluationEvent extends Scores {
  readonly type: 'evaluation';
  readonly step: number;
}

/** A checkpoint that is safely stored. */
export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly step: number;
  readonly path: string;
}

/** Something to tell the user that does not stop the run, such as a damaged checkpoint that was passed over. */
export interface WarningEvent {
  readonly type: 'warning';
  readonly code: string;
  readonly message: string;
}

/** The last event of a run that did not fail. */
export interface EndEvent {
  readonly type: 'end';
  readonly step: number;
  readonly steps: number;
  readonly reason: 'completed' | 'interrupted';
  readonly parameters: number;
  /** Wall time of this process's part of the run. */
  readonly seconds: number;
  /** The last evaluation, also when it was made before the run was resumed; null where none was made. */
  readonly evaluation: ({ readonly step: number } & Scores) | null;
}

export type TrainingEvent = StartEvent | StepEvent | EvaluationEvent | CheckpointEvent | WarningEvent | EndEvent;

/**
 * Takes every event of a run, in order. A `start` event at step s > 0 means that the run goes on from there: a sink
 * that persists drops what it holds of later steps.
 */
export interface Sink {
  write(event: TrainingEvent): void | Promise<void>;
  /** Makes everything written so far durable; called before every checkpoint. */
  flush?(): void | Promise<void>;
}
