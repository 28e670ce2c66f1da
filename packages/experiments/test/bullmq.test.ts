import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { bullmqExecutor } from '../src/executors/bullmq.ts';
import { serveQueue } from '../src/executors/serve-queue.ts';
import { type RunStudyOptions, runStudy } from '../src/run-study.ts';
import type { ResultRow } from '../src/store/read-results.ts';
import type { Study } from '../src/study/load-study.ts';
import { done, failed, fakeExecutor } from './fake-executor.ts';
import { numbers, smallStudy, trainingNow, until } from './faults.ts';
import { localSources } from './local-sources.ts';
import { noRedis, redisServer } from './redis-server.ts';
import { studyOf } from './temporary.ts';
import { sourcePath, typescriptFlags } from './typescript-worker.ts';

if (noRedis) console.log(`tests with Redis are skipped: ${noRedis}`);

const sweep = (study: Study, redis: string, options: Partial<RunStudyOptions> = {}) =>
  runStudy(study, { executor: bullmqExecutor({ redis }), ...options });

/** A worker in this process whose runs end as a function says. */
function fakeWorker(redis: string, answer: Parameters<typeof fakeExecutor>[0], options: object = {}) {
  const controller = new AbortController();
  const fake = fakeExecutor(answer);
  const ended = serveQueue({ redis, workers: 2, executor: fake.start, signal: controller.signal, ...options });
  const stop = async () => {
    controller.abort();
    await ended;
  };
  onTestFinished(stop);
  return { made: fake.made, stop };
}

const processes = new Set<ChildProcess>();
afterAll(() => {
  for (const child of processes) child.kill('SIGKILL');
});

/** A worker that trains, in a process of its own. */
function realWorker(redis: string) {
  const { execArgv, env } = typescriptFlags();
  const script = fileURLToPath(new URL('queue-worker.ts', import.meta.url));
  const child = spawn(process.execPath, [...execArgv, script, redis, sourcePath('executors/local-worker.ts')], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  processes.add(child);
  return {
    async end(signal: NodeJS.Signals) {
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    },
  };
}

describe.skipIf(noRedis)('a queue in Redis', () => {
  test('results come back, failures too, and are tried again', async () => {
    const { redis } = await redisServer();
    const study = await studyOf({ factors: { 'model.width': [4, 8, 16] }, seeds: 1 });
    fakeWorker(redis, ({ config }, attempt) => {
      const { width } = config.model as { width: number };
      if (width === 4) return attempt === 1 ? failed('no luck') : done(0.5);
      return width === 8 ? failed('it diverged', true) : done(0.75);
    });
    const rows = await sweep(study, redis);
    expect(rows).toMatchObject([
      { status: 'done', attempts: 2 },
      { status: 'failed', attempts: 1, reason: 'it diverged' },
      { status: 'done', attempts: 1, result: { metrics: { final: { accuracy: 0.75 } } } },
    ]);
    expect(rows[2]?.curve()).toHaveLength(1);
  });

  test('workers go on without a coordinator; the next one finds what they made', async () => {
    const { redis } = await redisServer();
    const study = await studyOf({ seeds: 3 });
    const controller = new AbortController();
    const first = sweep(study, redis, { signal: controller.signal });
    await setTimeout(500);
    controller.abort();
    expect((await first).every(({ status }) => status === 'pending')).toBe(true);
    const worker = fakeWorker(redis, () => done(0.5));
    await until(() => worker.made.length === 6);
    await worker.stop();
    const rows = await sweep(study, redis); // there is no worker any more
    expect(rows.every(({ status, attempts }) => status === 'done' && attempts === 1)).toBe(true);
  });

  test('two coordinators on one study: each run is made once', async () => {
    const { redis } = await redisServer();
    const study = await studyOf({ seeds: 5 });
    const worker = fakeWorker(redis, async () => {
      await setTimeout(20);
      return done(0.5);
    });
    const both = await Promise.all([sweep(study, redis), sweep(study, redis)]);
    for (const rows of both) expect(rows.every(({ status }) => status === 'done')).toBe(true);
    expect(worker.made).toHaveLength(10);
  });

  test('Redis forgets everything: the runs are queued again', async () => {
    const server = await redisServer();
    const study = await studyOf({ seeds: 5 });
    const warnings: string[] = [];
    const worker = fakeWorker(server.redis, async () => {
      await setTimeout(100);
      return done(0.5);
    });
    const rows = sweep(study, server.redis, { onWarning: (message) => void warnings.push(message) });
    await until(() => worker.made.length >= 4);
    await server.kill();
    await setTimeout(300);
    await server.start();
    expect((await rows).every(({ status }) => status === 'done')).toBe(true);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^Redis at 127\.0\.0\.1:\d+ does not answer \(.*\); waiting for it$/);
  });

  test('it answers a coordinator that is stopped while Redis is away', async () => {
    const server = await redisServer();
    const study = await studyOf({});
    const controller = new AbortController();
    const rows = sweep(study, server.redis, { signal: controller.signal });
    await setTimeout(300);
    await server.kill();
    controller.abort();
    expect((await rows).every(({ status }) => status === 'pending')).toBe(true);
  });

  test('a password and TLS', async () => {
    const server = await redisServer({ requirepass: 'päss:wörd' }, true);
    const redisCa = join(server.directory, 'certificate.pem');
    const redis = server.redis.replace('//', `//:${encodeURIComponent('päss:wörd')}@`);
    const study = await studyOf({});
    fakeWorker(redis, () => done(0.5), { redisCa });
    const rows = await runStudy(study, { executor: bullmqExecutor({ redis, redisCa }) });
    expect(rows.every(({ status }) => status === 'done')).toBe(true);

    const refused = (address: string) => runStudy(study, { executor: bullmqExecutor({ redis: address, redisCa }) });
    rmSync(join(study.directory, 'results.jsonl'));
    const answer = { code: 'SWITCHYARD_EXECUTOR' };
    for (const wrong of [server.redis, server.redis.replace('//', '//:guess@')]) {
      const error = await refused(wrong).catch((reason) => reason);
      expect(error).toMatchObject(answer);
      expect(error.message).toMatch(/^Redis at 127\.0\.0\.1:\d+ refuses the password \([^\n]*\): write it as /);
    }
    const error = await sweep(study, redis).catch((reason) => reason); // without the certificate
    expect(error).toMatchObject(answer);
    expect(error.message).toMatch(/^cannot reach Redis at 127\.0\.0\.1:\d+ \(self-signed certificate\)/);
  });
});

describe.skipIf(noRedis)('training over a queue', () => {
  let undisturbed: ReturnType<typeof numbers>;
  const whole = (rows: readonly ResultRow[]) => {
    expect(rows.flatMap(({ status, reason }) => (status === 'done' ? [] : [reason]))).toEqual([]);
    return numbers(rows);
  };

  test('gives the same numbers as local processes', { timeout: 120_000 }, async () => {
    const { redis } = await redisServer();
    const worker = realWorker(redis);
    undisturbed = whole(await sweep(await smallStudy(), redis));
    await worker.end('SIGTERM');
    const rows = await runStudy(await smallStudy(), { executor: localSources(2) });
    expect(undisturbed).toEqual(numbers(rows));
  });

  test('a worker is killed in the middle of a run: another one takes over', { timeout: 120_000 }, async () => {
    const { redis } = await redisServer();
    const study = await smallStudy();
    const victim = realWorker(redis);
    const rows = sweep(study, redis);
    await until(() => trainingNow(study));
    await victim.end('SIGKILL');
    const heir = realWorker(redis);
    expect(whole(await rows)).toEqual(undisturbed);
    await heir.end('SIGTERM');
  });

  test('Redis is killed and restarted from its file in the middle of a run', { timeout: 120_000 }, async () => {
    const server = await redisServer({ appendonly: 'yes' });
    const study = await smallStudy();
    const worker = realWorker(server.redis);
    const rows = sweep(study, server.redis);
    await until(() => trainingNow(study));
    await server.kill();
    await setTimeout(1000);
    await server.start();
    expect(whole(await rows)).toEqual(undisturbed);
    await worker.end('SIGTERM');
  });
});

test('an address that is none, and a server that is not there', async () => {
  const study = await studyOf({});
  await expect(sweep(study, 'localhost')).rejects.toMatchObject({ code: 'SWITCHYARD_CONFIG' });
  await expect(sweep(study, 'redis://127.0.0.1:1')).rejects.toThrow(
    /^cannot reach Redis at 127\.0\.0\.1:1 \(.*ECONNREFUSED.*\): start it there, or correct the address$/,
  );
});
