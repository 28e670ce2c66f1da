import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { slurmExecutor } from '../src/executors/slurm.ts';
import { type RunStudyOptions, runStudy } from '../src/run-study.ts';
import type { ResultRow } from '../src/store/read-results.ts';
import type { Study } from '../src/study/load-study.ts';
import { numbers, smallStudy, trainingNow, until } from './faults.ts';
import { localSources } from './local-sources.ts';
import { startSlurm, stopSlurm } from './slurm-cluster.ts';
import { studyOf, temporaryDirectory } from './temporary.ts';
import { sourcePath, typescriptFlags } from './typescript-worker.ts';

const noSlurm = await startSlurm();
if (noSlurm) console.log(`tests with Slurm are skipped: ${noSlurm}`);
afterAll(stopSlurm);

const { execArgv, env } = typescriptFlags();
process.env.TYPESCRIPT_CACHE = env.TYPESCRIPT_CACHE; // sbatch hands the environment on
process.env.NODE_OPTIONS = '';
const slurm = (study: Study, sbatch: readonly string[] = []) =>
  slurmExecutor({
    directory: join(study.directory, 'runs', 'slurm'),
    sbatch,
    interval: 0.2,
    task: [process.execPath, ...execArgv, sourcePath('executors/slurm-task.ts')],
  });
const sweep = (study: Study, options: Partial<RunStudyOptions> = {}) =>
  runStudy(study, { executor: slurm(study), ...options });
const squeue = () => execFileSync('squeue', ['-h', '-r', '-o', '%i %T'], { encoding: 'utf8' }).trim().split('\n');
const batches = (study: Study) => readdirSync(join(study.directory, 'runs', 'slurm'));

describe.skipIf(noSlurm)('a cluster of one node', { timeout: 120_000 }, () => {
  let undisturbed: ReturnType<typeof numbers>;
  const whole = (rows: readonly ResultRow[]) => {
    expect(rows.flatMap(({ status, reason }) => (status === 'done' ? [] : [reason]))).toEqual([]);
    return numbers(rows);
  };

  test('gives the same numbers as local processes', async () => {
    const study = await smallStudy();
    undisturbed = whole(await sweep(study));
    expect(batches(study)).toHaveLength(1);
    const rows = await runStudy(await smallStudy(), { executor: localSources(2) });
    expect(undisturbed).toEqual(numbers(rows));
  });

  test('a task is killed in the middle of its run: another goes on from its checkpoint', async () => {
    const study = await smallStudy();
    const reasons: string[] = [];
    const rows = sweep(study, { onFailure: (_, reason) => void reasons.push(reason) });
    process.kill((await until(() => trainingNow(study))).pid, 'SIGKILL');
    expect(whole(await rows)).toEqual(undisturbed);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/^Slurm task \d+_\d: /);
    expect(batches(study)).toHaveLength(2);
  });

  test('the jobs are cancelled: those that ran had saved, all are submitted again', async () => {
    const study = await smallStudy();
    const rows = sweep(study);
    await until(() => trainingNow(study));
    execFileSync('scancel', ['--name=switchyard']);
    expect(whole(await rows)).toEqual(undisturbed);
  });

  test('a run directory is removed in the middle of its run', async () => {
    const study = await smallStudy();
    const rows = sweep(study);
    const { directory } = await until(() => trainingNow(study));
    renameSync(directory, `${directory}.gone`);
    rmSync(`${directory}.gone`, { recursive: true });
    expect(whole(await rows)).toEqual(undisturbed);
  });

  test('the coordinator ends and comes back: the jobs have gone on, and are followed', async () => {
    const study = await smallStudy();
    const controller = new AbortController();
    const warnings: string[] = [];
    const first = sweep(study, { signal: controller.signal, onWarning: (message) => void warnings.push(message) });
    await until(() => trainingNow(study));
    controller.abort();
    await first;
    expect(warnings).toEqual([expect.stringMatching(/^array jobs \d+ go on; scancel stops them$/)]);
    expect(squeue().length).toBeGreaterThan(0);
    const rows = await sweep(study);
    expect(whole(rows)).toEqual(undisturbed);
    expect(rows.every(({ attempts }) => attempts === 1)).toBe(true);
    expect(batches(study)).toHaveLength(1);
  });

  test('two coordinators on one study', async () => {
    const study = await smallStudy();
    const both = await Promise.all([sweep(study), sweep(study)]);
    for (const rows of both) expect(whole(rows)).toEqual(undisturbed);
    const lines = readFileSync(join(study.directory, 'results.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(4);
  });

  test('a job that Slurm refuses', async () => {
    const study = await smallStudy();
    const rows = runStudy(study, { executor: slurm(study, ['--partition=nowhere']) });
    await expect(rows).rejects.toThrow('sbatch failed: Batch job submission failed: Invalid partition name specified');
    expect(batches(study)).toEqual([]);
  });
});

test('no Slurm on this machine', async () => {
  const path = process.env.PATH;
  onTestFinished(() => {
    process.env.PATH = path;
  });
  process.env.PATH = temporaryDirectory();
  const study = await studyOf({});
  const error = await sweep(study).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'SWITCHYARD_EXECUTOR' });
  expect(error.message).toBe(
    'there is no sbatch here: run this on a machine that submits to Slurm, or choose another executor',
  );
  expect(readdirSync(study.directory)).toEqual(['study.yaml']);
});
