import type { FactorEffect } from '../../statistics/main-effects.ts';
import { type Block, end, innerWidth, middle, normal, type Quantity, quiet, strong, text, tiny } from './block.ts';
import { extent, linearScale, spread, ticks } from './scale.ts';
import { element, fitText, label, rule, textWidth } from './svg.ts';

const rowHeight = 34;
const top = 8;
const bottom = 40;

/** Main effects: a row a factor, a point with its interval and name for each level. */
export function effectChart(
  factors: readonly { readonly label: string; readonly effect: FactorEffect }[],
  quantity: Pick<Quantity, 'name' | 'tick'>,
  nameOf: (level: unknown) => string,
): Block {
  const names = Math.min(190, Math.max(...factors.map((factor) => textWidth(factor.label, text))) + 16);
  const bounds = factors.flatMap(({ effect }) =>
    effect.levels.flatMap((level) => [level.effect, level.lower, level.upper].filter((value) => !Number.isNaN(value))),
  );
  const range = extent([0, ...bounds]);
  const x = linearScale(range, [names + 40, innerWidth - 40]);
  const base = top + factors.length * rowHeight;
  const axis = ticks(range, 6).flatMap((tick) => [
    rule(x(tick), top, x(tick), base, { stroke: tick === 0 ? 'var(--line)' : 'var(--grid)' }),
    label(quantity.tick(tick), x(tick), base + 16, { ...quiet, ...middle }),
  ]);
  const rows = factors.flatMap(({ label: name, effect }, index) => {
    const y = top + index * rowHeight + 21;
    return [
      label(fitText(name, text, names - 14), names - 12, y + 4, { ...normal, ...end }),
      ...effect.levels.flatMap(({ lower, upper }) =>
        Number.isNaN(lower)
          ? []
          : [rule(x(lower), y, x(upper), y, { stroke: 'var(--dpa)', 'stroke-width': 1.4, 'stroke-opacity': 0.5 })],
      ),
      ...effect.levels.map((level) => element('circle', { cx: x(level.effect), cy: y, r: 3.6, fill: 'var(--dpa)' })),
      ...levelNames(effect, x, nameOf).map(({ at, name }) =>
        label(name, at, y - 8, { ...strong, ...middle, 'font-size': tiny }),
      ),
    ];
  });
  const caption = label(quantity.name, (names + innerWidth) / 2, base + 34, { ...quiet, ...middle });
  return { height: base + bottom, body: [...axis, ...rows, caption].join('') };
}

/** Names over the points, moved apart where points lie close. */
function levelNames({ levels }: FactorEffect, x: (value: number) => number, nameOf: (level: unknown) => string) {
  const sorted = [...levels].sort((a, b) => a.effect - b.effect);
  const names = sorted.map(({ level }) => nameOf(level));
  const widest = Math.max(...names.map((name) => textWidth(name, tiny)));
  const places = spread(
    sorted.map(({ effect }) => x(effect)),
    widest + 6,
  );
  return names.map((name, index) => ({ name, at: places[index]! }));
}
