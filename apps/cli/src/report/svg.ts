import { parseHTML } from 'linkedom';

/** A document for Observable Plot to draw into where there is no browser. */
export function drawingDocument(): Document {
  return parseHTML('<!doctype html><html><body></body></html>').document;
}

/** A drawn plot as the text of an SVG element that also stands alone as a file. */
export function svgText(plot: Element): string {
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return plot.outerHTML;
}
