import { setSimdThreads, simdInfo } from '@switchyard/backend-simd';
import { modelConfig } from '@switchyard/models';
import { type BackendName, selectBackend } from '@switchyard/training';
import * as tf from '@tensorflow/tfjs';
import { cliCommand } from './cli-command.ts';
import { type Reply, type Request, transferables } from './messages.ts';
import { openFiles } from './open-files.ts';
import { createTask, type ResolvedRun, resolveRun } from './resolve-run.ts';
import { Session, showModel } from './session.ts';

// The worker of one model: it trains, and talks to its page in messages.

interface WorkerScope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: Reply, transfer: ArrayBuffer[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const post = (reply: Reply) => scope.postMessage(reply, transferables(reply));
const fail = (error: unknown, fatal: boolean) =>
  post({ type: 'failed', message: error instanceof Error ? error.message : String(error), fatal });

let session: Pick<Session, 'train' | 'go' | 'pause' | 'look' | 'export'> | undefined;

scope.onmessage = async ({ data }) => {
  try {
    await answer(data);
  } catch (error) {
    fail(error, data.type === 'start' || data.type === 'open');
  }
};

async function answer(request: Request): Promise<void> {
  switch (request.type) {
    case 'start':
    case 'open':
      session = await (request.type === 'start' ? startRun(request) : openRun(request));
      session.look(request.look);
      await session.train();
      break;
    case 'run':
      session?.go();
      break;
    case 'step':
      session?.go(request.updates);
      break;
    case 'pause':
      session?.pause();
      break;
    case 'look':
      session?.look(request.look);
      break;
    case 'export':
      session?.export(request.what);
  }
}

async function startRun({ config, threads }: Extract<Request, { type: 'start' }>) {
  const run = resolveRun(config);
  const backend = await chooseBackend(run.config.backend, threads);
  const started = new Session({ ...run, config: { ...run.config, backend } }, post);
  tellReady(started.model, run, backend);
  return started;
}

async function openRun({ files, threads }: Extract<Request, { type: 'open' }>) {
  const backend = await chooseBackend('auto', threads);
  const opened = openFiles(files);
  if (opened.kind === 'model') {
    const task = createTask(opened.task ?? { kind: 'iarc' });
    tellReady(opened.model, { task }, backend);
    return showModel(opened.model, task, post);
  }
  for (const message of opened.warnings) post({ type: 'warning', message });
  const started = new Session(opened.run, post, opened.earlier);
  tellReady(started.model, opened.run, backend);
  return started;
}

async function chooseBackend(name: BackendName, threads: number): Promise<Exclude<BackendName, 'auto'>> {
  tf.enableProdMode();
  setSimdThreads(threads);
  if (name === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  return selectBackend(name === 'tensorflow' || name === 'wasm' ? 'auto' : name);
}

function tellReady(
  model: tf.LayersModel,
  run: Pick<ResolvedRun, 'task'> & Partial<ResolvedRun>,
  backend: string,
): void {
  const { task, config } = run;
  const theirs = modelConfig(model);
  const attention = 'attention' in theirs ? theirs.attention : '';
  const mechanism = attention === 'cog' ? 'Cog' : attention.toUpperCase();
  const threads = backend === 'simd' ? (simdInfo()?.threads ?? 1) : 1;
  post({
    ...{ type: 'ready', backend, threads, parameters: model.countParams() },
    title: [theirs.kind, mechanism].join(' ').trim(),
    task: task.name,
    ...{ step: 0, steps: config?.steps ?? 0, window: Number(model.inputs[0]!.shape.at(-1)) },
    ...{ labels: task.vocabulary.labels, symbols: task.vocabulary.symbols, ruleNames: task.ruleNames },
    weights: model.weights.map(({ originalName, shape }) => ({ name: originalName, shape: shape.map(Number) })),
    signed: attention === 'cog',
    command: config && cliCommand(run as ResolvedRun),
  });
}
