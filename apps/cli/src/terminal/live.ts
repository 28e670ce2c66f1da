import { fit, type Output } from './style.ts';

/** Lines on a terminal that are redrawn in place. */
export interface LiveLines {
  /** Shows these lines instead of the last ones; at most about ten times a second, the newest wins. */
  update(lines: () => readonly string[]): void;
  /** Prints a line that stays, above the live ones. */
  print(line: string): void;
  /** Draws the last state (or removes it) and gives the cursor back. */
  stop(options?: { clear?: boolean }): void;
}

const interval = 100; // milliseconds between two drawings
const synchronized = (text: string) => `\u001b[?2026h${text}\u001b[?2026l`; // terminals that know it draw in one go

/**
 * Live lines on a terminal: each drawing is a single write that overwrites the lines in place and clears what is left of
 * each (erasing first would flicker). A line that would wrap is cut: the way back up counts on one row a line.
 */
export function liveLines(output: Output): LiveLines {
  let drawn = 0;
  let pending: (() => readonly string[]) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let hidden = false;

  const showCursor = () => hidden && output.write('\u001b[?25h');
  const home = () => (drawn > 0 ? `\u001b[${drawn}A\r` : '\r');
  const draw = (above = '') => {
    if (!pending && above === '') return;
    const columns = output.columns ?? 80;
    const lines = (pending?.() ?? []).map((line) => fit(line, columns));
    const body = lines.map((line) => `${line}\u001b[K\n`).join('');
    output.write(synchronized(`${hidden ? '' : '\u001b[?25l'}${home()}${above}${body}\u001b[J`));
    if (!hidden) process.once('exit', showCursor);
    hidden = true;
    drawn = lines.length;
  };

  return {
    update(lines) {
      pending = lines;
      if (timer) return;
      draw();
      timer = setTimeout(() => {
        timer = undefined;
        draw();
      }, interval);
      timer.unref();
    },
    print(line) {
      draw(`${line}\u001b[K\n`);
    },
    stop({ clear = false } = {}) {
      clearTimeout(timer);
      if (clear) output.write(`${home()}\u001b[J`);
      else draw();
      showCursor();
      process.off('exit', showCursor);
      hidden = false;
      pending = undefined;
      drawn = 0;
    },
  };
}
