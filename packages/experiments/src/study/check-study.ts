import { ConfigError } from '../config/config-error.ts';
import { suggestion } from '../config/suggest.ts';
import { camelPath } from '../config/values.ts';
import { runKeys, runSchema } from '../run/run-schema.ts';
import { levelsOf } from './levels.ts';
import type { Study } from './load-study.ts';
import type { Comparison, Selector } from './schema.ts';

const trainKeys = runKeys(runSchema).map(({ path }) => path);

/** Keys of a run that the study gives by keys of its own. */
const ownKeys = { seed: 'seeds', steps: 'budget' };

/**
 * Checks what the schema cannot: that names lead somewhere.
 *
 * @throws ConfigError
 */
export function checkStudy(study: Study): Study {
  const { factors, base, budget, select, exclude, test, seeds, selectionSeeds } = study;
  const fail = (message: string): never => {
    throw new ConfigError(message);
  };
  const names = Object.keys(factors);
  const checkSelector = (key: string, selector: Selector) => {
    for (const [name, levels] of Object.entries(selector)) {
      if (!Object.hasOwn(factors, name)) fail(`${key} names the unknown factor ${name}${suggestion(name, names)}`);
      const known = levelsOf(study, name);
      const strange = [levels].flat().find((level) => !known.includes(level));
      if (strange !== undefined) fail(`${key}: ${strange} is no level of ${name}: they are ${known.join(', ')}`);
    }
  };

  if (names.length === 0) fail('factors is empty: name at least one key and its values');
  for (const name of names) {
    const levels = levelsOf(study, name);
    if (levels.length === 0) fail(`factors.${name} is empty: give it at least one level`);
    if (new Set(levels.map(String)).size < levels.length) fail(`factors.${name} holds a level twice`);
    const key = camelPath(name);
    if (Array.isArray(factors[name]) && !trainKeys.includes(key)) {
      fail(
        `factors.${name} is no key of a run${suggestion(key, trainKeys)} (a factor with a name of its own maps names to parts of a config)`,
      );
    }
  }
  for (const [key, ours] of Object.entries(ownKeys)) {
    if (key in base && (key === 'seed' || budget)) fail(`base.${key} cannot be set: it follows from ${ours}`);
    if (names.includes(key) && (key === 'seed' || budget))
      fail(`factors.${key} cannot be set: it follows from ${ours}`);
  }
  for (const [index, selector] of exclude.entries()) checkSelector(`exclude[${index}]`, selector);
  if (select && !names.includes(select.over)) {
    fail(`select.over is ${select.over}: it must be a factor${suggestion(select.over, names)}`);
  }
  const tested = seeds.find((seed) => selectionSeeds.includes(seed));
  if (tested !== undefined) {
    fail(`select.seeds holds seed ${tested}, a seed of the study: a level is not tested on what it was selected on`);
  }
  for (const [index, comparison] of (test?.comparisons ?? []).entries()) {
    const { a, b, than, direction, margin } = comparison;
    const key = `test.comparisons[${index}]`;
    checkSelector(`${key}.a`, a);
    if (b) checkSelector(`${key}.b`, b);
    if ((b === undefined) === (than === undefined)) fail(`${key} needs b or than, and not both`);
    if ((direction === 'similar' || direction === 'notLess') && margin === 0) {
      fail(`${key}: ${direction} needs a margin greater than 0`);
    }
    const wrong = wrongDivision(study, comparison);
    if (wrong !== undefined) fail(`${key}.${wrong}`);
  }
  return study;
}

/** What is wrong with the factors by which a comparison is divided (`each`) or along which it runs (`slope`). */
function wrongDivision(study: Study, { a, b, each = [], slope }: Comparison): string | undefined {
  const names = Object.keys(study.factors);
  const divisions = [...each.map((name) => ['each', name] as const), ...(slope ? [['slope', slope] as const] : [])];
  for (const [key, name] of divisions) {
    if (!names.includes(name)) return `${key} names the unknown factor ${name}${suggestion(name, names)}`;
    if (name === study.select?.over) return `${key} names ${name}, whose level is selected: name another factor`;
    if (b && JSON.stringify(a[name]) !== JSON.stringify(b[name])) {
      return `${key} names ${name}, which a and b do not name alike: its levels are matched`;
    }
  }
  if (slope === undefined) return undefined;
  if (each.includes(slope)) return `slope is ${slope}, which each names too: it can be in one of them`;
  const levels = levelsOf(study, slope);
  if (levels.length >= 2 && levels.every((level) => typeof level === 'number')) return undefined;
  return `slope is ${slope}: it must be a factor with two or more levels, all of them numbers`;
}
