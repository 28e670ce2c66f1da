import { expect, test, vi } from 'vitest';
import { liveLines } from './live.ts';

const start = '\u001b';
const tokens = new RegExp(`${start}\\[[0-9;?]*[a-zA-Z]|\\n|\\r|[^${start}\\n\\r]+`, 'g');
const cursorUp = new RegExp(`^${start}\\[(\\d+)A$`);

/** A terminal of unlimited height that understands what liveLines writes. */
function screen() {
  const rows: string[] = [];
  let row = 0;
  const writes: string[] = [];
  const put = (text: string) => {
    writes.push(text);
    for (const token of text.match(tokens) ?? []) {
      const up = cursorUp.exec(token);
      if (up) row -= Number(up[1]);
      else if (token === '\n') row++;
      else if (token === '\u001b[J') rows.length = row;
      else if (token !== '\r' && !token.startsWith(start)) rows[row] = token;
      else if (token === '\u001b[K') rows[row] ??= '';
    }
    return true;
  };
  return { output: { write: put, isTTY: true, columns: 10 }, rows, writes };
}

test('redraws in place, prints above, and leaves the last state', () => {
  vi.useFakeTimers();
  const { output, rows, writes } = screen();
  const live = liveLines(output);
  live.update(() => ['one', 'two']);
  live.update(() => ['three', 'four', 'five']); // within the interval: drawn when it is over
  expect(rows).toEqual(['one', 'two']);
  vi.advanceTimersByTime(200);
  expect(rows).toEqual(['three', 'four', 'five']);
  live.print('stays');
  expect(rows).toEqual(['stays', 'three', 'four', 'five']);
  live.update(() => ['a line that is too long']);
  live.stop();
  expect(rows).toEqual(['stays', 'a line tha']);
  expect(writes.join('').match(new RegExp(`${start}\\[\\?25[lh]`, 'g'))).toEqual(['\u001b[?25l', '\u001b[?25h']);
  vi.useRealTimers();
});

test('stop can remove the lines', () => {
  const { output, rows } = screen();
  const live = liveLines(output);
  live.update(() => ['one']);
  live.stop({ clear: true });
  expect(rows).toEqual([]);
});
