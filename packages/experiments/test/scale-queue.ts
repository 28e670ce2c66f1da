// How long a queue of N runs takes beside the training itself, and how much memory: node … scale-queue.ts REDIS [N]
// The runs are made by a worker in this process that does nothing but answer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bullmqExecutor } from '../src/executors/bullmq.ts';
import type { StartExecutor } from '../src/executors/executor.ts';
import { serveQueue } from '../src/executors/serve-queue.ts';
import { runStudy } from '../src/run-study.ts';
import { loadStudy } from '../src/study/load-study.ts';
import { finishedRun } from './finished-run.ts';

const [redis = '', count = '100000'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'switchyard-scale-'));
const numbers = (length: number, first: number) => Array.from({ length }, (_, index) => first + index);
const factors = { 'model.width': numbers(Number(count) / 100, 8) };
writeFileSync(join(directory, 'study.yaml'), JSON.stringify({ name: 'scale', claim: '-', factors, seeds: 100 }));
const megabytes = () => Math.round(process.resourceUsage().maxRSS / 1024);
const began = performance.now();
const say = (text: string) =>
  console.log(`${((performance.now() - began) / 1000).toFixed(1)} s, ${megabytes()} MB: ${text}`);

const noOp: StartExecutor = async ({ onEnd }) => ({
  capacity: 64,
  async submit(requests) {
    for (const { runHash } of requests) onEnd(runHash, { status: 'done', result: finishedRun(0.5) });
  },
  async close() {},
});

const study = await loadStudy(directory);
const executor = bullmqExecutor({ redis });
const controller = new AbortController();
let most = 0;
const rows = runStudy(study, {
  executor,
  onChange(status) {
    const { running, done: made } = status();
    if (running.size > most && running.size === Number(count) - made) {
      say(`${running.size} jobs queued, ${made} done`);
      void serveQueue({
        redis,
        workers: 64,
        executor: noOp,
        signal: controller.signal,
      });
    }
    most = Math.max(most, running.size);
    if (made > 0 && made % 10_000 === 0) say(`${made} done`);
  },
});
say(`${(await rows).filter(({ status }) => status === 'done').length} of ${count} done`);
controller.abort();
rmSync(directory, { recursive: true });
