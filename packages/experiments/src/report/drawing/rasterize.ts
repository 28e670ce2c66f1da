import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

const weights = [400, 600];
const subsets = ['latin', 'greek'];

let ready: ReturnType<typeof prepare> | undefined;

/** Loads and compiles the renderer, which may be done once in a process, and reads its fonts. */
async function prepare() {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(readFileSync(resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const fontBuffers = subsets.flatMap((subset) =>
    weights.map((weight) => readFileSync(resolve(`@fontsource/inter/files/inter-${subset}-${weight}-normal.woff2`))),
  );
  return { Resvg, fontBuffers };
}

/**
 * An SVG without CSS variables as PNG, twice as fine as its size. Renderer (WebAssembly) and font (Inter, Latin and Greek)
 * come with the package: the same SVG gives the same bytes on every machine.
 */
export async function toPng(svg: string): Promise<Uint8Array> {
  ready ??= prepare();
  const { Resvg, fontBuffers } = await ready;
  const renderer = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: { fontBuffers, loadSystemFonts: false, defaultFontFamily: 'Inter' },
  });
  const image = renderer.render();
  const png = image.asPng();
  image.free();
  renderer.free();
  return png;
}
