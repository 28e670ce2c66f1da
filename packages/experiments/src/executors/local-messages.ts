import type { RunRequest } from '../study/run-request.ts';
import type { Outcome, RunProgress } from './executor.ts';

/** What the local executor tells a process of its own. */
export type ToWorker = { readonly type: 'run'; readonly request: RunRequest } | { readonly type: 'stop' };

/** What that process tells the executor. */
export type FromWorker =
  | { readonly type: 'progress'; readonly progress: RunProgress }
  | { readonly type: 'end'; readonly outcome: Outcome };
