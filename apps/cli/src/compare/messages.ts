import type { TrainingEvent } from '@switchyard/training';

/** What the comparison tells the process of one model. */
export type ToWorker =
  | { readonly type: 'train'; readonly options: Readonly<Record<string, unknown>>; readonly out: string }
  | { readonly type: 'stop' };

/** What that process tells the comparison; an error keeps its code, which says whether its message is for the user. */
export type FromWorker =
  | { readonly type: 'event'; readonly event: TrainingEvent }
  | { readonly type: 'error'; readonly code: string; readonly message: string };
