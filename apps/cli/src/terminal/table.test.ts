import { expect, test } from 'vitest';
import { displayWidth, fit, styleFor } from './style.ts';
import { table } from './table.ts';

const terminal = { isTTY: true, write: () => true };

test('columns line up under their titles, also with colours', () => {
  const style = styleFor(terminal, {});
  const lines = table(
    [{ title: 'model', align: 'left' }, { title: 'all' }],
    [
      ['MLP', style.bold('42.0')],
      ['Transformer', '9.5'],
    ],
  );
  expect(lines.map((line) => fit(line, 0) || displayWidth(line))).toEqual([17, 17, 17]);
  expect(lines[0]).toBe('model         all');
  expect(lines[1]).toBe('MLP          \u001b[1m42.0\u001b[22m');
  expect(lines[2]).toBe('Transformer   9.5');
});

test('colour is for terminals that want it', () => {
  const red = (isTTY: boolean, environment: NodeJS.ProcessEnv) =>
    styleFor({ ...terminal, isTTY }, environment).red('x');
  expect(red(true, {})).toBe('\u001b[31mx\u001b[39m');
  expect(red(false, {})).toBe('x');
  expect(red(true, { NO_COLOR: '1' })).toBe('x');
  expect(red(true, { TERM: 'dumb' })).toBe('x');
});

test('fit cuts by columns, not by characters of escapes', () => {
  expect(fit('\u001b[1mabcdef\u001b[22m', 6)).toBe('\u001b[1mabcdef\u001b[22m');
  expect(fit('\u001b[1mabcdef\u001b[22m', 3)).toBe('abc');
});
