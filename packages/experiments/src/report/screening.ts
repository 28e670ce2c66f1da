import { type MainEffects, mainEffects } from '../statistics/main-effects.ts';
import { levelsOf } from '../study/levels.ts';
import type { Study } from '../study/load-study.ts';
import type { Factors, Level } from '../study/schema.ts';
import { type Cell, estimate } from './cells.ts';
import type { Estimate } from './drawing/bar-chart.ts';
import { designPoint, type Layout } from './layout.ts';
import { isPublishedWinner, type Ordering, orderingOf } from './ordering.ts';

/** One reading of the task, that is one point of the design, and how the models did under it. */
interface Reading {
  readonly factors: Factors;
  readonly design: Readonly<Record<string, Level>>;
  /** By level of the compared factor. */
  readonly estimates: ReadonlyMap<Level, Estimate>;
  /** Undefined where the comparison is none of architectures, or a model has no result. */
  readonly ordering: Ordering | undefined;
  /** What the effects are of: the distance to the published picture, else the mean over the compared levels. */
  readonly score: number | undefined;
}

export interface Screening {
  /** The nearest to the published picture first, else the highest score; those without a score last. */
  readonly readings: readonly Reading[];
  readonly effects: MainEffects;
  /** True where the score is the distance to the published picture. */
  readonly distances: boolean;
}

/** The points of a screening design with their orderings, and the main effects of the factors. */
export function screen(study: Study, layout: Layout, cells: readonly Cell[], metric: string): Screening {
  const { series, panels } = layout;
  const compared = series === undefined ? [] : levelsOf(study, series);
  const distances = compared.some(isPublishedWinner) && compared.length > 1;
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = JSON.stringify(panels.map((name) => cell.factors[name]));
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  const readings = [...groups.values()].map((members): Reading => {
    const { [series ?? '']: _, ...factors } = members[0]!.factors;
    const found = members.flatMap((cell) => {
      const value = estimate(cell, metric);
      return value ? [[series === undefined ? '' : cell.factors[series]!, value] as const] : [];
    });
    const complete = found.length === members.length;
    const means = new Map(found.map(([level, { mean }]) => [level, mean]));
    const ordering = distances && complete ? orderingOf(means) : undefined;
    const mean = [...means.values()].reduce((sum, value) => sum + value, 0) / means.size;
    const score = distances ? ordering?.distance : complete ? mean : undefined;
    return { factors, design: designPoint(study, factors, panels), estimates: new Map(found), ordering, score };
  });
  const sign = distances ? 1 : -1;
  const last = Number.POSITIVE_INFINITY;
  const order = ({ score }: Reading) => (score === undefined ? last : sign * score);
  const scored = readings.flatMap(({ design, score }) =>
    score === undefined ? [] : [{ factors: design, value: score }],
  );
  return { readings: readings.toSorted((a, b) => order(a) - order(b) || 0), effects: mainEffects(scored), distances };
}
