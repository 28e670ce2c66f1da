import type { z } from 'zod';
import {
  defaultModel,
  defaultSettings,
  type ModelKind,
  type ModelSettings,
  modelSchemas,
  mostModels,
  type Settings,
  settingsSchema,
  viewSchema,
} from './settings.ts';

const topLevel: Record<string, z.ZodType> = { ...settingsSchema.shape, ...viewSchema.shape };

/** Text of an address as the value it stands for: numbers are numbers. */
const fromText = (text: string): unknown => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text);

/** The settings as the query of an address, without what is as it is by default: `?seed=3&model=cisformer,attention:ea`. */
export function toQuery(settings: Settings): string {
  const query = new URLSearchParams();
  const { models, ...rest } = settings;
  for (const [key, value] of Object.entries(rest)) {
    if (value !== defaultSettings[key as keyof typeof rest]) query.set(key, String(value));
  }
  const text = models.map(modelText);
  if (text.join() !== defaultSettings.models.map(modelText).join())
    for (const model of text) query.append('model', model);
  // Commas and colons may stand in a query as they are.
  const shown = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return shown === '' ? '' : `?${shown}`;
}

/** `cisformer,attention:ea`: the kind, and what differs from its defaults. */
function modelText(model: ModelSettings): string {
  const defaults = Object.entries(defaultModel(model.kind));
  const changed = Object.entries(model).filter(([key, value]) => !defaults.some(([k, v]) => k === key && v === value));
  return [model.kind, ...changed.map(([key, value]) => `${key}:${value}`)].join(',');
}

/** The settings that a query stands for; what it says wrongly is left at its default and named in `problems`. */
export function fromQuery(search: string): { settings: Settings; problems: string[] } {
  const problems: string[] = [];
  const found: Record<string, unknown> = {};
  const models: ModelSettings[] = [];
  for (const [key, text] of new URLSearchParams(search)) {
    if (key === 'model') {
      const model = models.length < mostModels ? readModel(text, problems) : undefined;
      if (model) models.push(model);
      else if (models.length === mostModels) problems.push(`model=${text}`);
      continue;
    }
    const read = Object.hasOwn(topLevel, key) ? topLevel[key]!.safeParse(fromText(text)) : undefined;
    if (read?.success) found[key] = read.data;
    else problems.push(`${key}=${text}`);
  }
  const settings = { ...defaultSettings, ...found, models: models.length > 0 ? models : defaultSettings.models };
  return { settings, problems };
}

function readModel(text: string, problems: string[]): ModelSettings | undefined {
  const [kind = '', ...pairs] = text.split(',');
  if (!Object.hasOwn(modelSchemas, kind)) {
    problems.push(`model=${text}`);
    return undefined;
  }
  const shape: Record<string, z.ZodType> = modelSchemas[kind as ModelKind].shape;
  const model: Record<string, unknown> = { ...defaultModel(kind as ModelKind) };
  for (const pair of pairs) {
    const [key = '', value = ''] = pair.split(':');
    const read = key !== 'kind' && Object.hasOwn(shape, key) ? shape[key]!.safeParse(fromText(value)) : undefined;
    if (read?.success) model[key] = read.data;
    else problems.push(`model=${kind},${pair}`);
  }
  return model as ModelSettings;
}
