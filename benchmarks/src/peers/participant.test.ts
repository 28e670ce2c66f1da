import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { config } from '../../test/examples.ts';
import { type Participant, patience, startParticipant } from './participant.ts';

const program = fileURLToPath(new URL('../../test/fake-participant.js', import.meta.url));
let started: Participant | undefined;

async function start(behaviour: string, limits: Partial<typeof patience> = {}): Promise<Participant> {
  const command = [process.execPath, program, behaviour] as const;
  started = await startParticipant({ name: 'fake', title: 'Fake', command }, { ...patience, ...limits });
  return started;
}

afterEach(async () => {
  await started?.stop();
  started = undefined;
});

/** Processes of the fake that are alive. */
const alive = () =>
  execFileSync('ps', ['-ax', '-o', 'args='])
    .toString()
    .split('\n')
    .filter((line) => line.includes(program));

describe('a participant', () => {
  it('says what it is, gets ready, measures, and is gone when stopped', async () => {
    const participant = await start('well');
    expect(participant).toMatchObject({ name: 'fake', title: 'Fake', library: 'fake 1.0', threads: 2 });
    expect(await participant.prepare(config)).toEqual({ type: 'ready', parameters: 12, ms: 3 });
    expect(await participant.measure(0, 0.3)).toEqual({ type: 'measured', steps: 100, ms: 3 });
    expect(await participant.measure(0.1, 0.5)).toEqual({ type: 'measured', steps: 100, ms: 5 });
    await participant.stop();
    expect(alive()).toEqual([]);
  });

  it.each([
    ['unavailable', 'no library here'],
    ['dies at once', 'it died, exit code 3: the library is broken'],
    ['silent', 'no answer within 0.5 s'],
  ])('that is %s cannot run here, with the reason', async (behaviour, message) => {
    const limits = behaviour === 'silent' ? { start: 0.5 } : {};
    await expect(start(behaviour, limits)).rejects.toMatchObject({ code: 'SWITCHYARD_BENCHMARK_UNAVAILABLE', message });
  });

  it('whose program is missing cannot run here', async () => {
    const unavailable = (message: unknown) => ({ code: 'SWITCHYARD_BENCHMARK_UNAVAILABLE', message });
    const spec = { name: 'fake', title: 'Fake', command: ['/nowhere/python'] as const };
    await expect(startParticipant(spec)).rejects.toMatchObject(unavailable(expect.stringContaining('ENOENT')));
    await expect(startParticipant({ ...spec, missing: 'no tools' })).rejects.toMatchObject(unavailable('no tools'));
  });

  it.each([
    [
      'dies',
      /^fake failed measuring transformer-ea small \(it died, killed by SIGKILL\): choose other --participants, or /,
    ],
    ['hangs', /^fake failed measuring transformer-ea small \(no answer within 0.3 s\): /],
    ['talks', /\(it said "Hello, I am a library.", which is no reply\)/],
    ['impossible', /which is no reply\)/],
    ['confused', /\(it answered ready\)/],
  ])('that %s while measuring is an error, and gone', async (behaviour, message) => {
    const participant = await start(behaviour, { measure: 0.3 });
    await participant.prepare(config);
    const error = await participant.measure(0, 0.3).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'SWITCHYARD_BENCHMARK_PARTICIPANT', message: expect.stringMatching(message) });
    await participant.stop();
    expect(alive()).toEqual([]);
  });

  it('that fails to get ready is an error with its reason', async () => {
    const participant = await start('fails');
    await expect(participant.prepare(config)).rejects.toThrow(
      /^fake failed preparing transformer-ea small \(out of memory\): /,
    );
  });
});
