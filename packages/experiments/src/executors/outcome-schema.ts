import { z } from 'zod';
import { curveSchema, measuresSchema } from '../store/result.ts';
import type { RunRequest } from '../study/run-request.ts';
import type { Outcome } from './executor.ts';

/** An outcome that another process wrote. */
export const outcomeSchema: z.ZodType<Outcome> = z.discriminatedUnion('status', [
  z.object({ status: z.literal('done'), result: measuresSchema.extend({ curve: curveSchema }) }),
  z.object({ status: z.literal('failed'), reason: z.string(), final: z.boolean() }),
  z.object({ status: z.literal('interrupted') }),
  z.object({ status: z.literal('busy') }),
]);

/** A request that another process wrote. */
export const requestSchema: z.ZodType<RunRequest> = z.object({
  runHash: z.string().regex(/^[0-9a-f]{64}$/),
  config: z.record(z.string(), z.unknown()),
  stopAt: z.number().exactOptional(),
  directory: z.string(),
});
