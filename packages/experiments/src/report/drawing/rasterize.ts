import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const fonts = [
  require.resolve('@fontsource/inter/files/inter-latin-400-normal.woff2'),
  require.resolve('@fontsource/inter/files/inter-latin-600-normal.woff2'),
  require.resolve('@fontsource/inter/files/inter-greek-400-normal.woff2'),
  require.resolve('@fontsource/inter/files/inter-greek-600-normal.woff2'),
];

let ready: ReturnType<typeof prepare> | undefined;

/** Loads and compiles the renderer, which may be done once in a process, and reads its fonts. */
async function prepare() {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const fontBuffers = fonts.map((font) => readFileSync(font));
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
