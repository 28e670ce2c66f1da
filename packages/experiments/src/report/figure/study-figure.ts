import { figureSvg } from '../drawing/document.ts';
import { alongPart, gridPart } from './along.ts';
import { barsPart } from './bars.ts';
import type { FigureData, Part } from './figure-data.ts';
import { learningCurvesPart } from './learning-curves.ts';
import { measuresPart } from './measures.ts';
import { effectsPart, readingsPart } from './screening-parts.ts';

/**
 * The figure of a study as an SVG document: of a screening its heat map and main effects, lines along a factor of numbers
 * or a heat map of two of them, else bars, learning curves, and what was measured at
 * several numbers.
 */
export function studyFigure(data: FigureData): string {
  const parts = partsOf(data).filter((part) => part.length > 0);
  return figureSvg(parts, `${data.study.name}: ${data.study.claim.trim()}`);
}

function partsOf(data: FigureData): Part[] {
  const { layout, screening } = data;
  const { series, along, panels } = layout;
  if (screening) return [readingsPart(data, screening), effectsPart(data, screening)];
  if (along === undefined) return [barsPart(data), learningCurvesPart(data), measuresPart(data)];
  const [down, ...others] = panels;
  return [
    series === undefined && down !== undefined && others.length === 0
      ? gridPart(data, along, down)
      : alongPart(data, along),
  ];
}
