import { layOut } from './layered-layout.js';
import { readWorkspaces } from './workspaces.js';

const width = 204;
const gap = { column: 24, row: 56 };
const margin = 12;
const lineLength = 25;

/** What a package needs at run time: dependencies, optional ones and what it takes from its host. */
function runtimeDependencies({ manifest }) {
  return Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies });
}

/** The edges that do not follow from others: a → c is left out where a → b → … → c. */
function withoutImplied(edges) {
  const targets = (id) => edges.filter(([from]) => from === id).map(([, to]) => to);
  const reaches = (from, to) => from === to || targets(from).some((next) => reaches(next, to));
  return edges.filter(([from, to]) => !targets(from).some((next) => next !== to && reaches(next, to)));
}

const escapeText = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function drawBox({ folder, id, manifest, lines }, { x, y }, height) {
  const libraries = lines.map(
    (line, k) => `<text class="libraries" x="${x + 14}" y="${y + 50 + 17 * k}">${escapeText(line)}</text>`,
  );
  return `<g class="box ${folder.split('/')[0]}">
<title>${escapeText(manifest.description ?? manifest.name)}</title>
<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>
<text class="name" x="${x + 14}" y="${y + 27}">${escapeText(id)}</text>
${libraries.join('\n')}
</g>`;
}

/** Names with dots between them, broken into lines that fit a box. */
function wrap(names) {
  const lines = [];
  for (const name of names) {
    const longer = lines.length > 0 ? `${lines.at(-1)} · ${name}` : name;
    if (lines.length > 0 && longer.length <= lineLength) lines[lines.length - 1] = longer;
    else lines.push(name);
  }
  return lines;
}

/** One curve through the points of an edge, vertical wherever it meets one. */
function drawEdge([start, ...rest]) {
  let path = `M${start.x} ${start.y}`;
  let from = start;
  for (const to of rest) {
    const middle = (from.y + to.y) / 2;
    path += `C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
    from = to;
  }
  return `<path class="edge" d="${path}" marker-end="url(#needs)"/>`;
}

const style = `
svg.architecture { --ink: #1c2126; --quiet: #626b75; --line: #8a939c; --paper: #ffffff; --edge: #d4d9de; --app: #0f766e; }
@media (prefers-color-scheme: dark) {
  svg.architecture { --ink: #eceff1; --quiet: #98a2ac; --line: #75808a; --paper: #171b1f; --edge: #353c43; --app: #5eead4; }
}
.architecture { font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace; }
.architecture rect { fill: var(--paper); stroke: var(--edge); stroke-width: 1.5; }
.architecture .apps rect { stroke: var(--app); }
.architecture .name { fill: var(--ink); font-size: 16px; font-weight: 600; }
.architecture .apps .name { fill: var(--app); }
.architecture .libraries { fill: var(--quiet); font-size: 11.5px; }
.architecture .edge { fill: none; stroke: var(--line); stroke-width: 1.5; }
.architecture marker path { fill: var(--line); }`;

/** The packages and what they need of each other, as an SVG in light and dark, from the package.json files. */
export function drawArchitecture() {
  const all = readWorkspaces(['cli']);
  const names = new Map(all.map(({ name, id }) => [name, id]));
  const workspaces = all.map((workspace) => {
    const needed = runtimeDependencies(workspace);
    const outside = needed.filter((name) => !names.has(name)).map(shortName);
    const inside = needed.flatMap((name) => names.get(name) ?? []);
    return { ...workspace, inside, lines: wrap(outside.length > 0 ? outside.sort() : ['no outside library']) };
  });
  const edges = withoutImplied(workspaces.flatMap(({ id, inside }) => inside.map((needed) => [id, needed])));
  const box = { width, height: 44 + 17 * Math.max(...workspaces.map(({ lines }) => lines.length)) };
  const layout = layOut([...names.values()], edges, { box, gap, margin });

  const paths = layout.edges.map(drawEdge);
  const boxes = workspaces.map((workspace) => drawBox(workspace, layout.positions.get(workspace.id), box.height));
  const size = `viewBox="0 0 ${layout.width} ${layout.height}" width="${layout.width}" height="${layout.height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="architecture" ${size} role="img" aria-label="The packages of Switchyard; an arrow points to what a package needs">
<style>${style}
</style>
<defs><marker id="needs" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 1L9 5L0 9z"/></marker></defs>
${paths.join('\n')}
${boxes.join('\n')}
</svg>
`;
}

/** `@tensorflow/tfjs-core` is `tfjs-core` in a small box. */
function shortName(name) {
  return name.replace('@tensorflow/', '').replace('@observablehq/plot', 'plot').replace('@resvg/', '');
}
