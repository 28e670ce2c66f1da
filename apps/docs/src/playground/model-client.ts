import { Curves } from './curves.ts';
import type { Look, LookReply, ProgressReply, ReadyReply, Reply, Request } from './messages.ts';

type Evaluation = Extract<Reply, { type: 'evaluation' }>;

/** What a page knows of one model in training. */
export interface ModelState {
  readonly state: 'loading' | 'running' | 'paused' | 'done' | 'failed';
  readonly ready: ReadyReply | undefined;
  readonly curves: Curves | undefined;
  readonly progress: Omit<ProgressReply, 'points'> | undefined;
  readonly evaluation: Evaluation | undefined;
  readonly look: LookReply | undefined;
  readonly warnings: readonly string[];
  readonly error: string | undefined;
}

const nothing: ModelState = {
  ...{ state: 'loading', ready: undefined, curves: undefined, progress: undefined, evaluation: undefined },
  ...{ look: undefined, warnings: [], error: undefined },
};

/** The state after a reply. Curves grow in place. */
function afterReply(before: ModelState, reply: Reply): ModelState {
  switch (reply.type) {
    case 'ready':
      return { ...before, ready: reply, curves: new Curves(reply.ruleNames.length) };
    case 'progress': {
      before.curves?.add(reply.points);
      const { points: _, ...progress } = reply;
      return { ...before, progress };
    }
    case 'look':
      return { ...before, look: reply };
    case 'evaluation':
      return { ...before, evaluation: reply };
    case 'state':
      return { ...before, state: reply.state };
    case 'warning':
      return { ...before, warnings: [...before.warnings, reply.message] };
    case 'failed':
      return { ...before, error: reply.message, ...(reply.fatal && { state: 'failed' as const }) };
    case 'exported':
      return before;
  }
}

export interface ModelClient {
  readonly current: ModelState;
  send(request: Request): void;
  /** Asks what the model makes of a sequence; while an answer is under way, only the latest question waits. */
  look(look: Look): void;
  close(): void;
}

/** Talks to the worker of a model; `changed` is called after every reply. */
export function connect(
  worker: Worker,
  first: Extract<Request, { type: 'start' | 'open' }>,
  changed: (reply: Reply) => void,
): ModelClient {
  let current = nothing;
  let underWay = true; // the first request has a look of its own
  let next: Look | undefined;
  const take = (reply: Reply) => {
    current = afterReply(current, reply);
    if (reply.type === 'look') {
      underWay = false;
      if (next) client.look(next);
    }
    changed(reply);
  };
  worker.onmessage = ({ data }: MessageEvent<Reply>) => take(data);
  worker.onerror = (event) => {
    event.preventDefault();
    take({ type: 'failed', message: event.message || 'the worker did not load: reload the page', fatal: true });
  };
  const client: ModelClient = {
    get current() {
      return current;
    },
    send: (request) => worker.postMessage(request),
    look(look) {
      next = underWay ? look : undefined;
      if (underWay) return;
      underWay = true;
      worker.postMessage({ type: 'look', look } satisfies Request);
    },
    close: () => worker.terminate(),
  };
  worker.postMessage(first);
  return client;
}
