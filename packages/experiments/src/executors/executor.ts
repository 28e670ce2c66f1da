import type { RunResult } from '../store/result.ts';
import type { RunRequest } from '../study/run-request.ts';

/** How a try of a run ended. */
export type Outcome =
  | { readonly status: 'done'; readonly result: RunResult }
  /** `final`: another try would fail the same way. */
  | { readonly status: 'failed'; readonly reason: string; readonly final: boolean }
  /** Saved and stopped, because it was asked to. */
  | { readonly status: 'interrupted' }
  /** Another process is making this run. */
  | { readonly status: 'busy' };

/** How far a run is. */
export interface RunProgress {
  readonly step: number;
  readonly steps: number;
  /** Of the last evaluation. */
  readonly accuracy?: number;
}

/** Hears of runs from the executor that has them. */
export interface ExecutorListener {
  onProgress(runHash: string, progress: RunProgress): void;
  /** The last that is heard of a submitted run. */
  onEnd(runHash: string, outcome: Outcome): void;
  /** The executor itself cannot go on. */
  onError(error: Error): void;
  /** Something that a person should know, and that does not stop it. */
  onWarning(message: string): void;
}

/** Makes runs, somewhere. */
export interface Executor {
  /** How many runs it wants to have at a time. */
  readonly capacity: number;
  submit(requests: readonly RunRequest[]): Promise<void>;
  /** Stops: runs that it makes in processes of its own are saved, and end as `interrupted`. */
  close(): Promise<void>;
}

/** An executor that is ready, or an error that says why it cannot be. */
export type StartExecutor = (listener: ExecutorListener) => Promise<Executor>;
