/** What `switchyard compare` measured; written as comparison.json and read by the report. */
export interface Comparison {
  /** The command that makes the same comparison again. */
  readonly command: string;
  readonly seed: number;
  readonly backend: string;
  readonly task: Readonly<Record<string, unknown>>;
  readonly window: number;
  readonly batchSize: number;
  readonly steps: number;
  /** Accuracy of guessing. */
  readonly chance: number;
  /** Scored targets: all of them, and by rule. */
  readonly targets: Targets;
  readonly targetsPerRule: Readonly<Record<string, Targets>>;
  readonly machine: string;
  readonly models: readonly ComparedModel[];
}

/** How many targets were scored, and how many of them follow from tokens inside the window. */
export interface Targets {
  readonly count: number;
  readonly visible: number;
}

export interface ComparedModel {
  /** Identifies the model, and names its run directory: `transformer-ea`. */
  readonly name: string;
  /** For people: `Transformer EA`. */
  readonly label: string;
  readonly learningRate: number;
  readonly parameters: number;
  readonly seconds: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly accuracyPerRule: Readonly<Record<string, number>>;
  readonly visibleAccuracy: number | null;
  /** Evaluations during training, in order of steps. */
  readonly curve: readonly { readonly step: number; readonly loss: number; readonly accuracy: number }[];
}
