import type { Factors, Level, Selector } from './schema.ts';

type Declared = Readonly<Record<string, readonly Level[] | Readonly<Record<string, unknown>>>>;

const isList = (levels: Declared[string]): levels is readonly Level[] => Array.isArray(levels);

/** The levels of a factor, in the order of the file. */
export function levelsOf({ factors }: { readonly factors: Declared }, name: string): readonly Level[] {
  const levels = factors[name] ?? [];
  return isList(levels) ? levels : Object.keys(levels);
}

/** True where a combination has, for every factor that the selector names, the level or one of the levels. */
export function matches(factors: Factors, selector: Selector): boolean {
  return Object.entries(selector).every(([name, levels]) => [levels].flat().includes(factors[name]!));
}

/** All combinations of levels but the excluded ones; the last factor changes fastest. */
export function combinations(study: { readonly factors: Declared; readonly exclude: readonly Selector[] }): Factors[] {
  let all: Factors[] = [{}];
  for (const name of Object.keys(study.factors)) {
    all = all.flatMap((factors) => levelsOf(study, name).map((level) => ({ ...factors, [name]: level })));
  }
  return all.filter((factors) => !study.exclude.some((selector) => matches(factors, selector)));
}
