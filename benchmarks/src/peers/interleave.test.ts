import { expect, test } from 'vitest';
import { config } from '../../test/examples.ts';
import { measureInTurns, turns } from './interleave.ts';
import type { Participant } from './participant.ts';

/** A participant that says how long a step takes and logs its turns. */
function fake(name: string, ms: number, log: string[]): Participant {
  let busy = 0;
  return {
    name,
    title: name,
    library: '',
    threads: 1,
    prepare: async () => ({ type: 'ready', parameters: 5, ms }),
    async measure(warmUp, seconds) {
      log.push(`${name} ${warmUp} ${seconds}`);
      return { type: 'measured', steps: 1, ms: ms + busy++ };
    },
    stop: async () => {},
  };
}

test('every round measures everybody once, in another order', async () => {
  const log: string[] = [];
  const participants = ['a', 'b', 'c'].map((name, index) => fake(name, index + 1, log));
  const timings = await measureInTurns(config, participants, { rounds: 3, seconds: 0.5 });
  expect(log.map((entry) => entry[0]).join('')).toBe('abcbcacab');
  expect(Object.fromEntries(timings)).toEqual({
    a: { parameters: 5, rounds: [1, 2, 3] },
    b: { parameters: 5, rounds: [2, 3, 4] },
    c: { parameters: 5, rounds: [3, 4, 5] },
  });
});

test('who takes seconds for a step is left out, who fills its turn with one is not warmed up', async () => {
  const log: string[] = [];
  const participants = [fake('fast', 1, log), fake('slow', 600, log), fake('slowest', 16_000, log)];
  const moments: string[] = [];
  const timings = await measureInTurns(config, participants, { rounds: 1, seconds: 0.5 }, ({ round, participant }) =>
    moments.push(`${round} ${participant}`),
  );
  expect(log).toEqual(['fast 0.05 0.5', 'slow 0 0.5']);
  expect(timings.get('slowest')).toEqual({ skipped: 'a step takes 16 s' });
  expect(moments).toEqual(['0 fast', '0 slow', '0 slowest', '1 fast', '1 slow']);
});

test('in as many rounds as there are participants, everyone has every place once', () => {
  expect([0, 1, 2, 3].map((round) => turns(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
  expect(turns([], 3)).toEqual([]);
});
