import { type Block, innerWidth, margin } from './block.ts';
import { colorSheet } from './palette.ts';
import { element, moved } from './svg.ts';

/** Space between the parts of a figure. */
const gap = 26;

/**
 * Blocks one below the other as an SVG document of 800 pixels' width that follows the reader's light or dark scheme and
 * needs nothing from elsewhere.
 *
 * @param description what a reader hears who does not see it
 */
export function figureSvg(blocks: readonly (readonly Block[])[], description: string): string {
  let y = margin;
  const bodies: string[] = [];
  for (const part of blocks) {
    for (const block of part) {
      bodies.push(moved(margin, y, block.body));
      y += block.height;
    }
    y += gap;
  }
  const [width, height] = [innerWidth + 2 * margin, Math.ceil(y - gap + margin - 8)];
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'figure',
      role: 'img',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      'font-family': 'Inter, system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif',
      'aria-label': description,
    },
    `<style>${colorSheet}</style>`,
    element('rect', { width, height, rx: 8, fill: 'var(--paper)' }),
    ...bodies,
  )}\n`;
}
