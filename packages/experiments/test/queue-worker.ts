// A worker of the queue in a process of its own, to be killed: node … queue-worker.ts REDIS
import { pathToFileURL } from 'node:url';
import { localExecutor } from '../src/executors/local.ts';
import { serveQueue } from '../src/executors/serve-queue.ts';

const [redis = '', worker = ''] = process.argv.slice(2);
const options = { execArgv: process.execArgv };
const executor = localExecutor({ workers: 2, module: { url: pathToFileURL(worker), options } });
const controller = new AbortController();
process.on('SIGTERM', () => controller.abort());
await serveQueue({ redis, workers: 2, patience: 2, executor, signal: controller.signal });
