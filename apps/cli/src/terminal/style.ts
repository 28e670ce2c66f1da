import { stripVTControlCharacters } from 'node:util';

/** A stream text is written to, as far as it matters here. */
export interface Output {
  write(text: string): boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Paint = (text: string) => string;

/** The few styles in use. Without colour they leave the text as it is. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** Styles for a stream: colour only on a terminal that can show it, and never under NO_COLOR (https://no-color.org). */
export function styleFor(output: Output, environment: NodeJS.ProcessEnv = process.env): Style {
  const plain = !output.isTTY || Boolean(environment.NO_COLOR) || environment.TERM === 'dumb';
  const paint =
    (open: number, close: number): Paint =>
    (text) =>
      plain ? text : `\u001b[${open}m${text}\u001b[${close}m`;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

/** The characters a reader sees. */
function visibleCharacters(text: string): string[] {
  return [...stripVTControlCharacters(text)];
}

/** Number of columns a text takes: escape sequences take none. */
export function displayWidth(text: string): number {
  return visibleCharacters(text).length;
}

/** A text cut to a number of columns; a cut one loses its colours. */
export function fit(text: string, columns: number): string {
  return displayWidth(text) <= columns ? text : visibleCharacters(text).slice(0, columns).join('');
}
