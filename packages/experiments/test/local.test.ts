import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type RunStudyOptions, runStudy } from '../src/run-study.ts';
import type { Study } from '../src/study/load-study.ts';
import { numbers, smallStudy, trainingNow, until } from './faults.ts';
import { localSources } from './local-sources.ts';

const sweep = (study: Study, options: Partial<RunStudyOptions> = {}) =>
  runStudy(study, { executor: localSources(2), ...options });
const lines = (study: Study) => readFileSync(join(study.directory, 'results.jsonl'), 'utf8').trimEnd().split('\n');

let undisturbed: ReturnType<typeof numbers>;
beforeAll(async () => {
  const rows = await sweep(await smallStudy());
  expect(rows.flatMap(({ reason = [] }) => reason)).toEqual([]);
  undisturbed = numbers(rows);
  expect(undisturbed.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
}, 60_000);

test('the numbers do not depend on how many processes there are', async () => {
  expect(numbers(await sweep(await smallStudy(), { executor: localSources(1) }))).toEqual(undisturbed);
});

test('a worker is killed in the middle of a run: the run is made by another, from its checkpoint', async () => {
  const study = await smallStudy();
  const reasons: string[] = [];
  const rows = sweep(study, { onFailure: (_, reason) => void reasons.push(reason) });
  process.kill((await until(() => trainingNow(study))).pid, 'SIGKILL');
  expect(numbers(await rows)).toEqual(undisturbed);
  expect(reasons).toEqual(['its process ended with SIGKILL']);
  expect((await rows).map(({ attempts }) => attempts).sort()).toEqual([1, 1, 1, 2]);
});

test('a run directory is removed in the middle of its run: the run is made again', async () => {
  const study = await smallStudy();
  const rows = sweep(study);
  const { directory } = await until(() => trainingNow(study));
  renameSync(directory, `${directory}.gone`); // in one step, whatever is written there meanwhile
  rmSync(`${directory}.gone`, { recursive: true });
  expect(numbers(await rows)).toEqual(undisturbed);
});

test('all run directories are removed after the runs: the results stand', async () => {
  const study = await smallStudy();
  await sweep(study);
  rmSync(join(study.directory, 'runs'), { recursive: true });
  expect(numbers(await sweep(study))).toEqual(undisturbed);
  expect(existsSync(join(study.directory, 'runs'))).toBe(false);
});

test('interrupted and called again, it goes on from the checkpoints', async () => {
  const study = await smallStudy();
  const controller = new AbortController();
  const first = sweep(study, { signal: controller.signal });
  await until(() => trainingNow(study));
  controller.abort();
  expect((await first).some(({ status }) => status === 'pending')).toBe(true);
  expect(trainingNow(study)).toBeUndefined();
  expect(numbers(await sweep(study))).toEqual(undisturbed);
});

test('two coordinators on one study: each run counts once', async () => {
  const study = await smallStudy();
  const both = await Promise.all([1, 2].map(() => sweep(study, { executor: localSources(1) })));
  for (const rows of both) expect(numbers(rows)).toEqual(undisturbed);
  expect(lines(study)).toHaveLength(4);
});

test('a run that reaches the target stops there, also when it is killed on the way', async () => {
  const target = undisturbed[0]!.curve[1]!.accuracy; // which at least one run reaches before its end
  const study = await smallStudy({ stop: { accuracy: target } });
  const whole = numbers(await sweep(study));
  for (const { measures, curve } of whole) {
    const reached = curve.findIndex(({ accuracy }) => accuracy >= target);
    expect(reached === -1 ? 3 : reached).toBe(curve.length - 1);
    expect(measures).toMatchObject({ stoppedEarly: reached >= 0 && reached < 3, steps: 100 * curve.length });
  }
  expect(whole.some(({ measures }) => 'stoppedEarly' in measures && measures.stoppedEarly)).toBe(true);
  rmSync(join(study.directory, 'results.jsonl')); // as if the results had been lost: the runs are there
  expect(numbers(await sweep(study))).toEqual(whole);
});
