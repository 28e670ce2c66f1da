import * as Plot from '@observablehq/plot';
import { drawingDocument, svgText } from '../report/svg.ts';
import { pictureStyle as style } from './picture-style.ts';

/** The attention weights of one head over one sequence. */
export interface AttentionMap {
  readonly title: string;
  /** [query, key] */
  readonly weights: readonly (readonly number[])[];
  /** What stands at each position. */
  readonly labels: readonly string[];
  /** Whether weights may be negative (Cog): then colours diverge from white at 0. */
  readonly signed: boolean;
}

/** White at 0, blue for positive weights, red for negative ones. */
function colorScale({ weights, signed }: AttentionMap) {
  const limit = Math.max(1, ...weights.flat().map(Math.abs)); // rows that are not normalised may exceed 1
  return signed
    ? { type: 'diverging' as const, scheme: 'RdBu' as const, domain: [-limit, limit], pivot: 0 }
    : { type: 'linear' as const, scheme: 'Blues' as const, domain: [0, limit] };
}

/** The colours beside their weights. */
function ramp(document: Document, color: ReturnType<typeof colorScale>): Element {
  const [low, high] = [color.domain[0]!, color.domain[1]!];
  const weights = Array.from({ length: 9 }, (_, step) => (low + ((high - low) * step) / 8).toFixed(2));
  return Plot.plot({
    ...{ document, style, color, width: 330, height: 38, marginLeft: 6, marginRight: 6, marginBottom: 18 },
    x: { domain: weights, padding: 0.04, tickSize: 0, label: null },
    marks: [Plot.cell(weights, { x: (weight: string) => weight, fill: Number })],
  });
}

/** A picture of the weights: queries as rows, keys as columns; keys after a query are left out, causal as the layers are. */
export function attentionMapSvg(map: AttentionMap): string {
  const { weights, labels, title } = map;
  const cell = Math.min(24, Math.max(11, Math.floor(600 / labels.length)));
  const side = cell * labels.length;
  const [width, height] = [Math.max(side + 70, 380), side + 140];
  const document = drawingDocument();
  const color = colorScale(map);
  const axis = {
    domain: labels.map((_, position) => position),
    tickFormat: (position: number) => labels[position]!,
    tickSize: 0,
    padding: 0,
  };
  const cells = weights.flatMap((row, query) => row.slice(0, query + 1).map((weight, key) => ({ query, key, weight })));
  const plot = Plot.plot({
    ...{ document, style, color, width, height, marginTop: 64, marginLeft: 46, marginBottom: 76 },
    marginRight: width - side - 46,
    x: { ...axis, axis: 'top', label: 'key', labelArrow: false, labelAnchor: 'center', labelOffset: 32 },
    y: { ...axis, label: 'query', labelArrow: false, labelOffset: 40 },
    marks: [
      Plot.cell(cells, { x: 'key', y: 'query', fill: 'weight', inset: 0.5 }),
      Plot.frame({ stroke: '#d6d3d1' }),
      Plot.text([title], { frameAnchor: 'top-left', dy: -56, fontSize: 14, fontWeight: 600 }),
    ],
  });
  const legend = ramp(document, color);
  legend.setAttribute('x', '40');
  legend.setAttribute('y', String(height - 54));
  plot.append(legend);
  return svgText(plot);
}
