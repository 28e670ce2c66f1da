import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { done, failed, fakeExecutor } from '../test/fake-executor.ts';
import { studyOf } from '../test/temporary.ts';
import type { StudyStatus } from './index.ts';
import { runStudy } from './run-study.ts';
import { readResults } from './store/read-results.ts';
import type { RunRequest } from './study/run-request.ts';

const rateOf = ({ config }: RunRequest) => (config.optimizer as { learningRate: number }).learningRate;
const widthOf = ({ config }: RunRequest) => (config.model as { width: number }).width;
const lines = (directory: string, file: string) => readFileSync(join(directory, file), 'utf8').trimEnd().split('\n');

test('every run is made once, one seed of everything first; a second call makes none', async () => {
  const study = await studyOf({});
  const first = fakeExecutor(() => done(0.5), 1);
  const rows = await runStudy(study, { executor: first.start });
  expect(first.made.map((request) => [widthOf(request), request.config.seed])).toEqual([
    [4, 0],
    [8, 0],
    [4, 1],
    [8, 1],
  ]);
  expect(rows.map(({ factors, seed, status }) => [factors['model.width'], seed, status])).toEqual([
    [4, 0, 'done'],
    [4, 1, 'done'],
    [8, 0, 'done'],
    [8, 1, 'done'],
  ]);
  const second = fakeExecutor(() => done(0.9));
  await runStudy(study, { executor: second.start });
  expect(second.made).toEqual([]);
  expect(lines(study.directory, 'results.csv')).toHaveLength(5);
  const read = await readResults(study.directory);
  expect(read.map(({ result }) => result?.metrics.final.accuracy)).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test('a run that failed is tried again, with the reason kept, unless it would fail the same way', async () => {
  const study = await studyOf({ factors: { 'model.width': [4, 8, 16] }, seeds: 1 });
  const fake = fakeExecutor((request, attempt) => {
    if (widthOf(request) === 4) return attempt < 3 ? failed(`try ${attempt}`) : done(0.5);
    return failed('it diverged', widthOf(request) === 8);
  });
  const failures: string[] = [];
  const options = { executor: fake.start, onFailure: (_: unknown, reason: string) => void failures.push(reason) };
  const rows = await runStudy(study, options);
  expect(rows).toMatchObject([
    { status: 'done', attempts: 3 },
    { status: 'failed', attempts: 1, reason: 'it diverged' },
    { status: 'failed', attempts: 3, reason: 'it diverged' },
  ]);
  expect(failures).toHaveLength(6);
  // What failed for good stays so; what was given up gets another chance in another call.
  const again = fakeExecutor(() => done(0.7));
  await runStudy(study, { executor: again.start });
  expect(again.made.map(widthOf)).toEqual([16]);
});

test('the level of best mean is selected for each combination, then all seeds run with it', async () => {
  const study = await studyOf({
    factors: { 'model.width': [4, 8, 16], 'optimizer.learningRate': [0.1, 0.01] },
    select: { over: 'optimizer.learningRate', seeds: [7, 8] },
  });
  // Width 4 does better with 0.1, width 8 with 0.01, and width 16 diverges whatever it does.
  const fake = fakeExecutor((request) => {
    const { seed } = request.config as { seed: number };
    if (widthOf(request) === 16) return failed('it diverged', true);
    if (widthOf(request) === 4) return done(rateOf(request) === 0.1 ? 0.6 : seed === 7 ? 0.9 : 0.2);
    return done(rateOf(request) === 0.1 ? 0.3 : 0.4);
  });
  const statuses: StudyStatus[] = [];
  const rows = await runStudy(study, { executor: fake.start, onChange: (status) => void statuses.push(status()) });
  const finals = rows.filter(({ phase }) => phase === 'final');
  expect(finals.map(({ factors, seed }) => [...Object.values(factors), seed])).toEqual([
    [4, 0.1, 0],
    [4, 0.1, 1],
    [8, 0.01, 0],
    [8, 0.01, 1],
  ]);
  expect(rows).toHaveLength(12 + 4);
  expect(fake.made).toHaveLength(16);
  expect([statuses[0]?.total, statuses.at(-1)?.total]).toEqual([12 + 6, 16]);
});

test('runs of a selection that end at once are counted once', async () => {
  const study = await studyOf({
    factors: { 'model.width': [4, 8], 'optimizer.learningRate': [0.1, 0.01] },
    select: { over: 'optimizer.learningRate', seeds: [7, 8] },
  });
  let total = 0;
  const onChange = (status: () => StudyStatus) => {
    total = status().total;
  };
  const rows = await runStudy(study, { executor: fakeExecutor(() => done(0.5), 8).start, onChange });
  expect([rows.length, total]).toEqual([8 + 4, 8 + 4]);
});

test('a selection waits for runs that may still succeed', async () => {
  const study = await studyOf({ factors: { 'model.width': [4, 8] }, select: { over: 'model.width' } });
  const broken = fakeExecutor((request) => (widthOf(request) === 4 ? failed('killed') : done(0.1)));
  expect(await runStudy(study, { executor: broken.start, retries: 0 })).toHaveLength(2);
  const whole = fakeExecutor(() => done(0.5));
  const rows = await runStudy(study, { executor: whole.start });
  expect(rows.filter(({ phase }) => phase === 'final').map(({ factors }) => factors)).toEqual([
    { 'model.width': 4 },
    { 'model.width': 4 },
  ]);
});

test('interrupted, it leaves what is done; the next call makes the rest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 9 }), async (after) => {
      const study = await studyOf({ factors: { 'model.width': [4, 8, 16, 32, 64] } });
      const controller = new AbortController();
      let count = 0;
      const first = fakeExecutor(() => {
        if (count++ === after) controller.abort();
        return count > after ? { status: 'interrupted' } : done(0.5);
      });
      await runStudy(study, { executor: first.start, signal: controller.signal });
      const second = fakeExecutor(() => done(0.5));
      const rows = await runStudy(study, { executor: second.start });
      expect(rows.every(({ status }) => status === 'done')).toBe(true);
      expect(lines(study.directory, 'results.jsonl')).toHaveLength(10);
      expect(second.made.length).toBeGreaterThanOrEqual(10 - after);
    }),
    { numRuns: 10 },
  );
});

test('two calls at once share the runs; what one has, the other asks for again until it is done', async () => {
  const study = await studyOf({ factors: { 'model.width': [4, 8, 16, 32] }, seeds: 3 });
  const held = new Set<string>();
  const answer = async ({ runHash }: RunRequest) => {
    if (held.has(runHash)) return { status: 'busy' as const };
    held.add(runHash);
    await setTimeout(20);
    held.delete(runHash);
    return done(0.5);
  };
  const both = [fakeExecutor(answer, 2), fakeExecutor(answer, 2)];
  const [rows, others] = await Promise.all(both.map(({ start }) => runStudy(study, { executor: start })));
  expect(rows!.every(({ status, attempts }) => status === 'done' && attempts === 1)).toBe(true);
  expect(others!.length).toBe(12);
  expect(lines(study.directory, 'results.jsonl')).toHaveLength(12);
  expect(both.every(({ made }) => made.length > 1)).toBe(true);
});

test('an executor that cannot go on ends the call with its error, after what is done is written', async () => {
  const study = await studyOf({});
  const calls: string[] = [];
  const rows = runStudy(study, {
    executor: async ({ onEnd, onError }) => ({
      capacity: 2,
      async submit([first]) {
        onEnd(first!.runHash, done(0.5));
        onError(new Error('the server is gone'));
      },
      async close() {
        calls.push('close');
      },
    }),
  });
  await expect(rows).rejects.toThrow('the server is gone');
  expect(calls).toEqual(['close']);
  expect(lines(study.directory, 'results.jsonl')).toHaveLength(1);
});
