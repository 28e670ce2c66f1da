import { z } from 'zod';
import { UsageError } from '../errors.ts';

/** Keys of commands that talk to a queue. */
export const redisKeys = {
  redis: z
    .string()
    .optional()
    .describe('the server, redis://user:password@host:6379 (rediss:// for TLS); by default $SWITCHYARD_REDIS'),
  redisCa: z.string().optional().describe("PEM file of the authority that signed the server's certificate"),
  queue: z.string().default('switchyard').describe('name of the queue'),
};

/**
 * The queue that the keys name. The environment may, so that passwords need not stand in command lines, which all users
 * of a machine can read.
 *
 * @throws UsageError without an address
 */
export function queueOf(options: { redis?: string | undefined; redisCa?: string | undefined; queue: string }) {
  const { redis = process.env.SWITCHYARD_REDIS, redisCa, queue } = options;
  if (redis === undefined) {
    throw new UsageError('a queue needs a server: --redis redis://host:6379, or SWITCHYARD_REDIS in the environment');
  }
  return { redis, redisCa, queue };
}
