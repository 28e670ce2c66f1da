import { camelPath, type Values } from '../config/values.ts';
import { levelsOf } from '../study/levels.ts';
import type { Study } from '../study/load-study.ts';
import type { Factors, Level } from '../study/schema.ts';
import { meaningOf } from './drawing/palette.ts';

/** How a study is drawn, found from its factors. */
export interface Layout {
  /** The factor whose levels are compared: bars, lines, columns of a heat map. */
  readonly series: string | undefined;
  /** A factor of numbers that lines run along. */
  readonly along: string | undefined;
  /** The other factors that vary. */
  readonly panels: readonly string[];
  /** So many factors vary that single panels would say little: the study screens them. */
  readonly screening: boolean;
}

/** Numbers with at least so many levels make a line. */
const levelsOfLine = 3;

/** Named parts of a config that vary so many keys, and are as many as the keys at least, make a design of them. */
const keysOfDesign = 3;

/**
 * Lays a study out by its factors. What the comparisons of its test compare is compared, else what names mechanisms or models;
 * numbers run along an axis, the rest makes panels.
 */
export function layOut(study: Study): Layout {
  const varied = Object.keys(study.factors).filter(
    (name) => name !== study.select?.over && levelsOf(study, name).length > 1,
  );
  const numeric = (name: string) => levelsOf(study, name).every((level) => typeof level === 'number');
  const meaning = (name: string) => {
    const levels = levelsOf(study, name);
    return levels.filter((level) => meaningOf(level) !== undefined).length / levels.length;
  };
  const byMeaning = varied.toSorted((a, b) => meaning(b) - meaning(a))[0];
  const words = varied.filter((name) => !numeric(name) && !isDesign(study, name));
  const series =
    comparedIn(study) ?? (byMeaning !== undefined && meaning(byMeaning) >= 0.5 ? byMeaning : mostLevels(study, words));
  const others = varied.filter((name) => name !== series);
  const dimensions = others.flatMap((name) => designKeys(study, name));
  const along = mostLevels(
    study,
    others.filter((name) => numeric(name) && levelsOf(study, name).length >= levelsOfLine),
  );
  const screening = dimensions.length > (along === undefined ? 2 : 3);
  return {
    series,
    along: screening ? undefined : along,
    panels: others.filter((name) => screening || name !== along),
    screening,
  };
}

/** The one factor in which both sides of every comparison differ. */
function comparedIn({ test }: Study): string | undefined {
  const differing = (test?.comparisons ?? []).map(({ a, b = a }) =>
    Object.keys(a).filter((name) => name in b && String(a[name]) !== String(b[name])),
  );
  const factors = new Set(differing.flat());
  return factors.size === 1 ? [...factors][0] : undefined;
}

function mostLevels(study: Study, names: readonly string[]): string | undefined {
  return names.toSorted((a, b) => levelsOf(study, b).length - levelsOf(study, a).length)[0];
}

/** What a factor varies: itself, or the keys in which its named parts of a config differ where these are three or more. */
function designKeys(study: Study, name: string): string[] {
  const parts = study.factors[name]!;
  if (Array.isArray(parts)) return [name];
  const flat = Object.values(parts).map((part) => flatten(part));
  const keys = [...new Set(flat.flatMap((part) => Object.keys(part)))];
  const varied = keys.filter((key) => new Set(flat.map((part) => JSON.stringify(part[key]))).size > 1);
  return varied.length < keysOfDesign || flat.length < varied.length ? [name] : varied;
}

const isDesign = (study: Study, name: string) => designKeys(study, name)[0] !== name;

/** A combination as a point of the design: factors that are names for whole configurations are replaced by their keys. */
export function designPoint(study: Study, factors: Factors, names: readonly string[]): Record<string, Level> {
  return Object.fromEntries(
    names.flatMap((name): [string, Level][] => {
      const keys = designKeys(study, name);
      const parts = study.factors[name]!;
      if (Array.isArray(parts) || (keys.length === 1 && keys[0] === name)) return [[name, factors[name]!]];
      const part = flatten(parts[String(factors[name])]!);
      return keys.map((key) => [key, part[key] ?? '–']);
    }),
  );
}

function flatten(values: Values, prefix = ''): Record<string, Level> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]): [string, Level][] => {
      const path = camelPath(prefix + key);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return Object.entries(flatten(value as Values, `${path}.`));
      }
      return [[path, typeof value === 'number' || typeof value === 'boolean' ? value : String(value)]];
    }),
  );
}
