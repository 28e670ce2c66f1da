import * as Plot from '@observablehq/plot';
import { drawingDocument, svgText } from '../report/svg.ts';
import type { HeadScores } from './head-scores.ts';
import { headingStyle, pictureStyle } from './picture-style.ts';

const style = { ...pictureStyle, fontSize: '12px' };

/** What a head does to the logits of the tokens it attends to, and the colour of each part. */
const parts = [
  { key: 'copied', name: 'copied', color: '#2563a8' },
  { key: 'deletedByWeight', name: 'deleted by weight (QK)', color: '#bf3f0f' },
  { key: 'deletedByOutput', name: 'deleted by output (OV)', color: '#e8a27e' },
] as const;

/** What else is known of a head: `12 % negative, 40 % kept, 3 % patched`. */
function remarks({ negative, kept, patched }: HeadScores): string {
  const shares = { negative, kept, ...(patched !== undefined && { patched }) };
  return Object.entries(shares)
    .map(([name, share]) => `${(share * 100).toFixed(0)} % ${name}`)
    .join(', ');
}

/** A bar for every head: the shares of its effect that copy and that delete; what else is known of it stands beside. */
export function headsChartSvg(heads: readonly HeadScores[]): string {
  const document = drawingDocument();
  const label = ({ layer, head }: HeadScores) => `${layer}.${head}`;
  const bars = heads.flatMap((head) =>
    parts.map(({ key, name }) => ({ head: label(head), part: name, share: head[key] })),
  );
  const [width, rowHeight, top] = [800, 22, 62];
  const plot = Plot.plot({
    ...{ document, style, width, height: top + rowHeight * heads.length + 40, marginTop: top, marginLeft: 60 },
    marginRight: 268,
    marginBottom: 36,
    x: {
      domain: [0, 100],
      label: 'share of the effect on the logit of the attended token, in %',
      percent: true,
      labelArrow: false,
    },
    y: { domain: heads.map(label), label: 'layer.head', labelArrow: false, tickSize: 0, padding: 0.25 },
    color: { domain: parts.map(({ name }) => name), range: parts.map(({ color }) => color) },
    marks: [
      Plot.barX(bars, { x: 'share', y: 'head', fill: 'part', order: parts.map(({ name }) => name) }),
      Plot.text(heads, {
        ...{ x: () => 1, y: label, dx: 8, textAnchor: 'start' },
        text: remarks,
      }),
      ...parts.map(({ name, color }, index) =>
        Plot.text([`■ ${name}`], { frameAnchor: 'top-left', dx: 170 * index, dy: -26, fill: color }),
      ),
      Plot.text(['What heads do'], { ...headingStyle, dy: -54 }),
    ],
  });
  return svgText(plot);
}
