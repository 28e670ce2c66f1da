// How long a study of N runs takes beside the training itself, and how much memory: node … scale.ts [N]
// Its runs are made by an executor that does nothing but answer.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { loadStudy, readResults, runStudy, type StartExecutor, writeReport } from '../src/index.ts';
import { finishedRun } from './finished-run.ts';

const count = Number(process.argv[2] ?? 10_000);
const directory = mkdtempSync(join(tmpdir(), 'switchyard-scale-'));
const numbers = (length: number, first: number) => Array.from({ length }, (_, index) => first + index);
const factors = {
  'model.width': numbers(50, 8),
  'optimizer.learningRate': numbers(count / 500, 1).map((k) => k / 1000),
};
writeFileSync(
  join(directory, 'study.yaml'),
  JSON.stringify({ name: 'scale', claim: 'Bookkeeping is cheap.', factors, seeds: 10 }),
);

const noOp: StartExecutor = async ({ onEnd }) => ({
  capacity: 64,
  async submit(requests) {
    setImmediate(() => {
      for (const { runHash } of requests) onEnd(runHash, { status: 'done', result: finishedRun(0.5, 20) });
    });
  },
  async close() {},
});

const megabytes = () => Math.round(process.resourceUsage().maxRSS / 1024);
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = ((performance.now() - began) / 1000).toFixed(2);
  console.log(`${name}: ${seconds} s (${((user + system) / 1e6).toFixed(2)} s of CPU), peak memory ${megabytes()} MB`);
  return result;
}

try {
  console.log(`loaded: peak memory ${megabytes()} MB`);
  const study = await timed('read the study', () => loadStudy(directory));
  const done = await timed(`make ${count} runs`, async () => {
    const rows = await runStudy(study, { executor: noOp });
    return rows.filter(({ status }) => status === 'done').length;
  });
  console.log(`${done} of ${count} done`);
  setFlagsFromString('--liftoff-only'); // as `switchyard report` does
  await timed('report them', () => writeReport(directory));
  await timed('the same again', () => runStudy(study, { executor: noOp }));
  await timed('read the results', () => readResults(directory));
  console.log(`results.jsonl: ${Math.round(statSync(join(directory, 'results.jsonl')).size / 1e6)} MB`);
} finally {
  rmSync(directory, { recursive: true });
}
