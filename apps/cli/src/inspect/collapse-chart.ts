import * as Plot from '@observablehq/plot';
import { drawingDocument, svgText } from '../report/svg.ts';
import type { CollapseAtLength } from './collapse-report.ts';
import { headingStyle, pictureStyle } from './picture-style.ts';

const style = { ...pictureStyle, fontSize: '12px' };

/** The two distances, and the colour of each. */
const lines = [
  { key: 'longer', name: 'one token more', color: '#2563a8' },
  { key: 'changed', name: 'first token another', color: '#bf3f0f' },
] as const;

/** A line for each distance, along the lengths. */
export function collapseChartSvg(lengths: readonly CollapseAtLength[]): string {
  const points = lengths.flatMap((at) => lines.map(({ key, name }) => ({ at: at.length, name, distance: at[key] })));
  const channels = { x: 'at', y: 'distance' } as const;
  const plot = Plot.plot({
    ...{ document: drawingDocument(), style, width: 640, height: 360, marginTop: 74, marginLeft: 60, marginBottom: 40 },
    x: { type: 'point', label: 'tokens of the sequence', labelArrow: false },
    y: { zero: true, nice: true, grid: true, label: null },
    color: { domain: lines.map(({ name }) => name), range: lines.map(({ color }) => color) },
    marks: [
      Plot.lineY(points, { ...channels, stroke: 'name' }),
      Plot.dot(points, { ...channels, fill: 'name', r: 3 }),
      ...lines.map(({ name, color }, index) =>
        Plot.text([`■ ${name}`], { frameAnchor: 'top-left', dx: 300 + 130 * index, dy: -30, fill: color }),
      ),
      Plot.text(['L∞ distance of last-token states'], { ...headingStyle, dy: -66 }),
    ],
  });
  return svgText(plot);
}
