import { levelsOf } from '../../study/levels.ts';
import type { Study } from '../../study/load-study.ts';
import type { Level } from '../../study/schema.ts';
import { type Cell, estimate } from '../cells.ts';
import type { Block, Reference } from '../drawing/block.ts';
import { colorsOf } from '../drawing/palette.ts';
import type { Layout } from '../layout.ts';
import { capital, factorName, familyName, isShare, levelName, numberText } from '../names.ts';
import type { Screening } from '../screening.ts';

/** What a figure is drawn from. */
export interface FigureData {
  readonly study: Study;
  readonly layout: Layout;
  readonly cells: readonly Cell[];
  readonly metric: string;
  readonly screening: Screening | undefined;
}

/** A heading and what stands below it; empty where there is nothing to draw. */
export type Part = readonly Block[];

/** A level that is compared. */
export interface Compared {
  /** Undefined in a study that compares nothing. */
  readonly level: Level | undefined;
  readonly label: string;
  readonly family: string;
  readonly color: string;
}

/** The levels that are compared, with their colours. */
export function comparedOf({ study, layout }: FigureData): Compared[] {
  const { series } = layout;
  if (series === undefined) return [{ level: undefined, label: study.name, family: '', color: 'var(--dpa)' }];
  const levels = levelsOf(study, series);
  const colors = colorsOf(levels, familyName);
  return levels.map((level) => ({
    level,
    label: levelName(level),
    family: familyName(level),
    color: colors.get(level)!,
  }));
}

/** One combination of the panel factors. */
export interface Panel {
  readonly title: string;
  readonly levels: readonly Level[];
}

/** The combinations of the panel factors that the study has, in its order. */
export function panelsOf({ cells, layout }: FigureData): Panel[] {
  const panels = new Map<string, Panel>();
  for (const { factors } of cells) {
    const levels = layout.panels.map((name) => factors[name]!);
    const title = layout.panels.map((name, index) => panelTitle(name, levels[index]!)).join(', ');
    if (!panels.has(title)) panels.set(title, { title, levels });
  }
  return [...panels.values()];
}

/** Names of variants speak for themselves; values of a key need the key. */
function panelTitle(name: string, level: Level): string {
  return typeof level === 'string' && !name.includes('.')
    ? capital(levelName(level))
    : `${factorName(name)} ${levelName(level)}`;
}

/** The cell of a panel and a compared level, and of a level of the factor along which lines run. */
export function cellAt(
  { cells, layout }: FigureData,
  panel: Panel,
  level: Level | undefined,
  along?: Level,
): Cell | undefined {
  const { series, panels } = layout;
  return cells.find(
    ({ factors }) =>
      panels.every((name, index) => factors[name] === panel.levels[index]) &&
      (series === undefined || factors[series] === level) &&
      (layout.along === undefined || factors[layout.along] === along),
  );
}

export function seedsText({ study }: FigureData): string {
  return `${study.seeds.length} ${study.seeds.length === 1 ? 'seed' : 'seeds'}`;
}

/** Chance in a panel, where it is one number, and the numbers that the study compares this metric with. */
export function referencesOf({ study, cells, layout, metric }: FigureData, panel: Panel): Reference[] {
  if (!isShare(metric)) return [];
  const own = cells.filter(({ factors }) =>
    layout.panels.every((name, index) => factors[name] === panel.levels[index]),
  );
  const chances = new Set(own.flatMap(({ runs }) => [...runs.values()].flatMap(({ result }) => result?.chance ?? [])));
  const comparisons = study.test?.comparisons ?? [];
  const targets = new Set(
    comparisons.flatMap((one) =>
      one.metric === metric && one.slope === undefined ? (one.reaches ?? one.than ?? []) : [],
    ),
  );
  return [
    ...(chances.size === 1 ? [...chances].map((value) => ({ value, label: 'chance' })) : []),
    ...[...targets].map((value) => ({ value, label: numberText(metric, value) })),
  ];
}

/** All values of a metric and the ends of its intervals. */
export function allValues({ cells, metric }: FigureData): number[] {
  return cells.flatMap((cell) => {
    const found = estimate(cell, metric);
    return found ? [...found.values, found.lower, found.upper].filter((value) => !Number.isNaN(value)) : [];
  });
}
