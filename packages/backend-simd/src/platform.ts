// Node, a page or a worker of a page: what differs, looked up where it runs.

interface NodeModules {
  'node:os': { availableParallelism(): number };
  'node:v8': { setFlagsFromString(flags: string): void };
  'node:worker_threads': { Worker: new (program: URL, options: object) => NodeWorker };
}

interface NodeWorker {
  on(event: 'error' | 'exit', listener: (value: unknown) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface NodeProcess {
  readonly env?: Record<string, string | undefined>;
  getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name];
}

const nodeProcess = (globalThis as { process?: NodeProcess }).process;

/** A module of Node, or undefined elsewhere. */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  return nodeProcess?.getBuiltinModule?.(name);
}

/** An environment variable; undefined where it is not set, is empty, or there are none. */
export function environmentVariable(name: string): string | undefined {
  return nodeProcess?.env?.[name] || undefined;
}

/** Cores that this process may use. */
export function availableCores(): number {
  return nodeModule('node:os')?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Whether memory can be shared with workers: not in pages without the headers COOP and COEP. */
export function canShareMemory(): boolean {
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
}

/** Whether this thread may wait for others asleep: pages may not. */
export function maySleep(): boolean {
  return (globalThis as { document?: unknown }).document === undefined;
}

/**
 * Runs a program in a worker, which does not keep the process alive.
 *
 * @param program source of a function of `data`
 * @param onEnd called when the worker is gone, whatever the reason
 * @returns ends the worker
 */
export function startWorker(program: string, data: object, onEnd: () => void): () => void {
  const threads = nodeModule('node:worker_threads');
  if (threads !== undefined) {
    const source = `(${program})(process.getBuiltinModule('node:worker_threads').workerData);`;
    const worker = new threads.Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      workerData: data,
      execArgv: [],
    });
    worker.on('error', onEnd);
    worker.on('exit', onEnd);
    worker.unref();
    return () => void worker.terminate();
  }
  const source = `onmessage = ({ data }) => (${program})(data);`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onerror = onEnd;
  worker.postMessage(data);
  URL.revokeObjectURL(url);
  return () => worker.terminate();
}
