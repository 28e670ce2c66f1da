import { z } from 'zod';
import { type ModelKind, modelSchemas, type Settings, settingsSchema } from './settings.ts';

/** One control of the form. */
export interface Field {
  readonly key: string;
  readonly label: string;
  readonly choices?: readonly string[];
  readonly least?: number;
  readonly most?: number;
  /** Whether only whole numbers fit. */
  readonly whole?: boolean;
}

interface Node {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

const labels: Record<string, string> = {
  batchSize: 'batch',
  switchProbability: 'switch chance',
  minimumSegment: 'shortest segment',
  learningRate: 'learning rate',
  kind: 'model',
  depth: 'layers',
};

/** The controls of a schema, in its order. */
function fieldsOf(schema: z.ZodType): Field[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, Node> };
  return Object.entries(properties).map(([key, node]) => ({
    ...{ key, label: labels[key] ?? key },
    ...(node.enum && { choices: node.enum }),
    ...(node.minimum !== undefined && { least: node.minimum }),
    ...(node.maximum !== undefined && { most: node.maximum }),
    whole: node.type === 'integer',
  }));
}

const settingsFields = fieldsOf(settingsSchema);
const pick = (keys: readonly string[]) => settingsFields.filter(({ key }) => keys.includes(key));

/** The controls of the task, those that mean something under the settings. */
export function taskFields({ task, switching }: Settings): Field[] {
  if (task === 'delayedSum') return pick(['task', 'symbols', 'delay', 'window']);
  const chance = switching === 'geometric' ? ['switchProbability'] : [];
  return pick(['task', 'symbols', 'context', 'switching', ...chance, 'minimumSegment', 'window']);
}

/** The controls of training. */
export function trainingFields({ optimizer }: Settings, backends: readonly string[]): Field[] {
  const momentum = optimizer === 'sgd' ? ['momentum'] : [];
  const keys = [
    'batchSize',
    'steps',
    'loss',
    'optimizer',
    'learningRate',
    ...momentum,
    'schedule',
    'warmup',
    'seed',
    'backend',
  ];
  return pick(keys).map((field) => (field.key === 'backend' ? { ...field, choices: backends } : field));
}

/** The controls of a model besides its kind. */
export function modelFields(kind: ModelKind): Field[] {
  return fieldsOf(modelSchemas[kind]).filter(({ key }) => key !== 'kind');
}
