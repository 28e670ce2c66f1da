import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type IarcOptions, iarc } from '../src/iarc.ts';
import { sequence } from './slow-iarc.ts';

const script = fileURLToPath(new URL('check_iarc.py', import.meta.url));
const python = spawnSync('python3', ['--version'], { encoding: 'utf8' });
const missing = python.status === 0 ? '' : `no working python3: ${python.error?.message ?? python.stderr}`;
if (missing !== '') console.warn(`check_iarc.py is not run: ${missing}`);

const check = (lines: object[], { symbols = 16, context = 'pointer' }: IarcOptions = {}) =>
  spawnSync('python3', [script, '--symbols', String(symbols), '--context', context], {
    encoding: 'utf8',
    input: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });

const lines = (options: IarcOptions = {}, window = 64, batchSize = 100) => {
  const batch = iarc(options).batch({ seed: 'python', index: 0, batchSize, window });
  return Array.from({ length: batchSize }, (_, row) => sequence(batch, row));
};

describe.skipIf(missing !== '')(
  'a checker in another language, of the standard library and the description only',
  () => {
    test.each<IarcOptions>([
      {},
      { context: 'anchor' },
      { switching: 'binomial' },
      { switching: 'binomial', context: 'anchor' },
      { symbols: 2, switchProbability: 0.5 },
      { symbols: 37, minimumSegment: 5, switchProbability: 1 },
    ])('agrees with every token of %o', (options) => {
      const { status, stdout, stderr } = check(lines(options), options);
      expect(stderr).toBe('');
      expect(stdout).toBe('checked 6500 tokens\n');
      expect(status).toBe(0);
    });

    test('finds a single changed token, rule or flag', () => {
      const sound = lines({}, 64, 3);
      const { tokens, rules, visible } = sound[1]!;
      const at = visible.lastIndexOf(1);
      const change = (values: number[], value: number): number[] => values.with(at, value);
      const changed = [
        [
          { tokens: change(tokens, (tokens[at]! + 1) % 16), rules, visible },
          /^line 2: token \d+ is \d+, but rule \d gives \d+\n$/,
        ],
        [
          { tokens, rules: change(rules, (rules[at]! + 1) % 4), visible },
          /^line 2: token \d+ has rule \d, but \d is in force\n$/,
        ],
        [{ tokens, rules, visible: change(visible, 0) }, /^line 2: token \d+ has visible 0\n$/],
        [{ tokens: change(tokens, 20), rules, visible }, /^line 2: token \d+ is 20, not an id from 0 to 19\n$/],
        [{ tokens, rules }, /^line 2: 'visible'\n$/],
      ] as const;
      expect(check(sound).status).toBe(0);
      for (const [line, message] of changed) {
        const { status, stdout, stderr } = check([sound[0]!, line, sound[2]!]);
        expect([status, stdout]).toEqual([1, '']);
        expect(stderr).toMatch(message);
      }
    });

    test('finds sequences of the other context rule', () => {
      expect(check(lines({ context: 'anchor' }), { context: 'pointer' }).status).toBe(1);
      expect(check(lines({ context: 'pointer' }), { context: 'anchor' }).status).toBe(1);
    });

    test('refuses no input', () => {
      expect(check([]).status).toBe(1);
    });
  },
);
