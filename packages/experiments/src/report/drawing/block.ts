import { label } from './svg.ts';

/** A part of a figure: as wide as the figure, and so high. */
export interface Block {
  readonly height: number;
  readonly body: string;
}

/** How values are written, and between what they lie. */
export interface Quantity {
  /** `accuracy` */
  readonly name: string;
  readonly range: readonly [low: number, high: number];
  /** A value in full: `94.5 %`. */
  readonly format: (value: number) => string;
  /** A value on an axis: `50 %`. */
  readonly tick: (value: number) => string;
}

/** A value that deserves a line across a chart. */
export interface Reference {
  readonly value: number;
  readonly label: string;
}

/** Width of a figure between its margins, in pixels. */
export const innerWidth = 752;
export const margin = 24;

/** Sizes of text: names, numbers on axes, what has little room. */
export const text = 13;
export const small = 12;
export const tiny = 11;

export const quiet = { fill: 'var(--quiet)', 'font-size': small } as const;
export const strong = { fill: 'var(--ink)', 'font-size': text, 'font-weight': 600 } as const;
export const normal = { fill: 'var(--ink)', 'font-size': text } as const;
export const end = { 'text-anchor': 'end' } as const;
export const middle = { 'text-anchor': 'middle' } as const;

/** Title and explanation above a chart. */
export function heading(title: string, explanation: string): Block {
  return {
    height: 54,
    body: [
      label(title, 0, 15, { fill: 'var(--ink)', 'font-size': 16, 'font-weight': 600 }),
      label(explanation, 0, 35, { fill: 'var(--quiet)', 'font-size': text }),
    ].join(''),
  };
}
