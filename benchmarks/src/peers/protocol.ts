import { z } from 'zod';
import { namedStepConfigSchema } from '../step-config.ts';

// What the benchmark and its participants say to each other, one JSON object a line. A participant is a process that times training
// steps with one library: it says hello (or why it cannot), then answers one request after the other until it is told to exit.

const milliseconds = z.number().positive();

export const requestSchema = z.discriminatedUnion('type', [
  /** Forget the last configuration, build the model of this one and warm up. Answered by `ready`. */
  z.strictObject({ type: z.literal('prepare'), config: namedStepConfigSchema }),
  /** Run for `warmUp` seconds, then for about `seconds` and at least one step. Answered by `measured`. */
  z.strictObject({ type: z.literal('measure'), warmUp: z.number().nonnegative(), seconds: z.number().positive() }),
  z.strictObject({ type: z.literal('exit') }),
]);

export type Request = z.infer<typeof requestSchema>;

export const replySchema = z.discriminatedUnion('type', [
  /** Library and version, and what it computes with. */
  z.strictObject({ type: z.literal('hello'), library: z.string(), threads: z.int().positive().optional() }),
  /** Instead of hello: it cannot run here. */
  z.strictObject({ type: z.literal('unavailable'), reason: z.string() }),
  /** `ms` of one step once warm. */
  z.strictObject({ type: z.literal('ready'), parameters: z.int().positive(), ms: milliseconds }),
  /** `ms` of one step on average over `steps`. */
  z.strictObject({ type: z.literal('measured'), steps: z.int().positive(), ms: milliseconds }),
  /** A request went wrong. */
  z.strictObject({ type: z.literal('failed'), reason: z.string() }),
]);

export type Reply = z.infer<typeof replySchema>;
