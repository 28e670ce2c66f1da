import { reference, type StepResult } from './step-result.ts';
import { formatRatio } from './table.ts';

const inset = { left: 190, right: 56, top: 64, bottom: 30 };
const plot = 520;
const bar = { height: 12, gap: 2 };
const groupGap = 16;
const legendColumn = 152;
const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

const style = `
svg.step-bars { --ink: #1c2126; --quiet: #626b75; --line: #d4d9de;
  --peer-0: #bf3f0f; --peer-1: #e39a72; --peer-2: #2563a8; --peer-3: #7a44b8; --peer-4: #98a2ac; }
@media (prefers-color-scheme: dark) {
  svg.step-bars { --ink: #eceff1; --quiet: #98a2ac; --line: #353c43;
    --peer-0: #ff9166; --peer-1: #a85a35; --peer-2: #74b3f7; --peer-3: #c2a3f7; --peer-4: #626b75; }
}
.step-bars { font: 12px ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace; }
.step-bars text { fill: var(--quiet); }
.step-bars .name { fill: var(--ink); font-size: 13px; }
.step-bars .tick { stroke: var(--line); }
.step-bars .one { stroke: var(--ink); }
.step-bars .spread { stroke: var(--ink); }
${[0, 1, 2, 3, 4].map((index) => `.step-bars .peer-${index} { fill: var(--peer-${index}); }`).join('\n')}`;

/**
 * The ratios as an SVG of bars on a logarithmic axis, in light and dark: to the right of the line `simd` is faster, to the left the peer
 * is. A thin line in each bar's end spans the middle half of the rounds.
 */
export function drawStepBars({ configs, participants }: StepResult): string {
  const peers = participants.filter(({ name }) => !name.startsWith(reference));
  const ratios = configs.flatMap(({ measurements }) =>
    peers.flatMap(({ name }) => [measurements[name]?.ratio ?? 1, ...(measurements[name]?.ratioQuartiles ?? [])]),
  );
  const [least, most] = [Math.min(0.5, ...ratios), Math.max(2, ...ratios)];
  const x = (ratio: number) => fixed(inset.left + (Math.log(ratio / least) / Math.log(most / least)) * plot);

  let top = inset.top;
  const groups = configs.map(({ config, measurements }) => {
    const start = top;
    const bars = peers.flatMap(({ name, title }, index) => {
      const { ratio, ratioQuartiles } = measurements[name] ?? {};
      if (ratio === undefined || ratioQuartiles === undefined) return [];
      const [y, from, to] = [top, Math.min(x(1), x(ratio)), Math.max(x(1), x(ratio))];
      const [low, high] = ratioQuartiles;
      const middle = y + bar.height / 2;
      top += bar.height + bar.gap;
      return `<rect class="peer-${index}" x="${from}" y="${y}" width="${fixed(to - from)}" height="${bar.height}"><title>${escapeText(
        `${config.name}, ${title}: ${formatRatio(ratio)}, middle half ${formatRatio(low)} to ${formatRatio(high)}`,
      )}</title></rect>
<path class="spread" d="M${x(low)} ${middle}H${x(high)}"/>
<text x="${fixed(Math.max(to, x(high)) + 6)}" y="${y + bar.height - 1}">${formatRatio(ratio)}</text>`;
    });
    const middle = (start + top - bar.gap) / 2;
    top += groupGap;
    return [
      `<text class="name" x="${inset.left - 14}" y="${middle + 4}" text-anchor="end">${escapeText(config.name)}</text>`,
      ...bars,
    ];
  });

  const bottom = top - groupGap + 6;
  const axis = ticks
    .filter((tick) => tick >= least && tick <= most)
    .map(
      (tick) => `<path class="${tick === 1 ? 'one' : 'tick'}" d="M${x(tick)} ${inset.top - 8}V${bottom}"/>
<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${tick}×</text>`,
    );
  const legend = peers.map(
    ({ title }, index) =>
      `<rect class="peer-${index}" x="${12 + legendColumn * index}" y="12" width="11" height="11"/><text x="${29 + legendColumn * index}" y="22">${escapeText(title)}</text>`,
  );
  const size = { width: inset.left + plot + inset.right, height: bottom + inset.bottom };
  return `<svg xmlns="http://www.w3.org/2000/svg" class="step-bars" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="Time of a training step divided by that of simd, for each configuration and peer">
<style>${style}
</style>
${legend.join('\n')}
<text x="${x(1) + 6}" y="${inset.top - 12}">simd faster →</text>
<text x="${x(1) - 6}" y="${inset.top - 12}" text-anchor="end">← slower</text>
${axis.join('\n')}
${groups.flat().join('\n')}
</svg>
`;
}

function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '');
}
