import { z } from 'zod';
import { parseOptions } from './options.ts';

const share = z.number().min(0).lt(1);
const decay = z.number().min(0);
const regularization = decay.default(0).describe('L2 regularisation: weightDecay × weight is added to the gradient');

function learningRate(fallback: number) {
  return z.number().positive().default(fallback).describe('peak learning rate, scaled by the schedule');
}

const adamSchema = z.strictObject({
  kind: z.literal('adam'),
  learningRate: learningRate(1e-3),
  beta1: share.default(0.9).describe('decay of the mean of the gradients'),
  beta2: share.default(0.999).describe('decay of the mean of their squares'),
  epsilon: z.number().positive().default(1e-8).describe('keeps the update finite where gradients vanish'),
  weightDecay: regularization,
});

const adamWSchema = adamSchema.extend({
  kind: z.literal('adamw'),
  weightDecay: decay.default(0.01).describe('decoupled: weights shrink by learningRate × weightDecay a step'),
});

const sgdSchema = z.strictObject({
  kind: z.literal('sgd'),
  learningRate: learningRate(1e-2),
  momentum: share.default(0).describe('share of the last update that is kept'),
  weightDecay: regularization,
});

/** Configuration of an optimizer, with defaults; unknown keys are errors. */
export const optimizerSchema = z.discriminatedUnion('kind', [adamSchema, adamWSchema, sgdSchema]);

/** An optimizer is plain data: `applyUpdate` computes its update, the trainer keeps its slots. */
export type Optimizer = z.output<typeof optimizerSchema>;

type Options<Schema extends z.ZodType> = Omit<z.input<Schema>, 'kind'>;

/** Adam (Kingma and Ba 2015) as in PyTorch: bias-corrected moments, weight decay added to the gradient. */
export function adam(options: Options<typeof adamSchema> = {}): Optimizer {
  return parseOptions('adam', adamSchema, { kind: 'adam', ...options });
}

/** AdamW (Loshchilov and Hutter 2019) as in PyTorch: Adam with decoupled weight decay. */
export function adamW(options: Options<typeof adamWSchema> = {}): Optimizer {
  return parseOptions('adamW', adamWSchema, { kind: 'adamw', ...options });
}

/** Stochastic gradient descent with momentum as in PyTorch: b ← μ·b + g, w ← w − rate·b. */
export function sgd(options: Options<typeof sgdSchema> = {}): Optimizer {
  return parseOptions('sgd', sgdSchema, { kind: 'sgd', ...options });
}

/** Names of the tensors that the optimizer keeps for each parameter; each has the parameter's shape and starts at 0. */
export function slotNames(optimizer: Optimizer): readonly string[] {
  return optimizer.kind === 'sgd' ? ['velocity'] : ['mean', 'variance'];
}
