import { describe, expect, test } from 'vitest';
import { portable } from '../run/portable.ts';
import { resolveRun } from '../run/run.ts';
import { runKeys, runSchema } from '../run/run-schema.ts';
import { sectionDefaults } from './keys.ts';
import { overPreset, presetSummary, presets } from './presets.ts';
import { validate } from './validate.ts';
import { isMap, merge, type Values } from './values.ts';

describe.each(Object.entries(presets))('%s', (name, preset) => {
  test('every key is a key of a run, and what it says is in the resolved run', () => {
    const values = merge(sectionDefaults(runSchema), preset.run);
    const options = validate(runSchema, values, runKeys(runSchema), (key) => key);
    expect(portable(resolveRun(options, (key) => key))).toMatchObject(preset.run);
  });

  test('its name is kebab-case, its summary one line, and sections name their kinds', () => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(preset.summary).toMatch(/^[^\n]{10,120}$/);
    const defaults = sectionDefaults(runSchema);
    for (const [key, section] of Object.entries(preset.run)) {
      const standard = defaults[key];
      if (isMap(section) && isMap(standard) && 'kind' in standard) expect(section).toHaveProperty('kind');
    }
  });
});

test('values win over a preset key by key; another kind replaces its section', () => {
  const preset: Values = { steps: 5, model: { kind: 'transformer', heads: 2, width: 8 }, log: { every: 3 } };
  expect(overPreset(preset, { steps: 7, model: { width: 4 } })).toEqual({
    steps: 7,
    model: { kind: 'transformer', heads: 2, width: 4 },
    log: { every: 3 },
  });
  expect(overPreset(preset, { model: { kind: 'transformer', width: 4 } })).toMatchObject({ model: { heads: 2 } });
  expect(overPreset(preset, { model: { kind: 'lstm' }, log: { every: 4 } })).toEqual({
    steps: 5,
    model: { kind: 'lstm' },
    log: { every: 4 },
  });
  expect(overPreset(preset, { model: 'lstm' })).toMatchObject({ model: 'lstm' });
});

test('a mark stands behind the summary', () => {
  expect(presetSummary({ summary: 'the task as we read it', mark: 'r', run: {} })).toBe('the task as we read it (r)');
  expect(presetSummary({ summary: 'our own', run: {} })).toBe('our own');
});
