import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

function collect(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const output = { isTTY, write: (text: string) => written.push(text) };
  const progress = createProgress(output, 2, { rounds: 2, seconds: 1 }, () => time);
  progress.show({ config: 'small', round: 0, participant: 'simd' });
  time = 60_000;
  progress.show({ config: 'small', round: 2, participant: 'simd' });
  time = 80_000;
  progress.show({ config: 'large', round: 0, participant: 'pytorch' });
  progress.clear();
  return written;
}

test('one line that is written over tells configuration, round, participant and the time left', () => {
  expect(collect(true)).toEqual([
    '\r\x1b[Ksmall (1 of 2), getting ready: simd',
    '\r\x1b[Ksmall (1 of 2), round 2 of 2: simd, about 1:40 left',
    '\r\x1b[Klarge (2 of 2), getting ready: pytorch, about 1:20 left',
    '\r\x1b[K',
  ]);
});

test('one line for each configuration where there is no terminal', () => {
  expect(collect(false)).toEqual(['small (1 of 2)\n', 'large (2 of 2), about 1:20 left\n']);
});
