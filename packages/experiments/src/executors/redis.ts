import { readFileSync } from 'node:fs';
import type { Redis, RedisOptions } from 'ioredis';
import { ConfigError, errorCode } from '../config/config-error.ts';
import { ExperimentError } from '../errors.ts';

export interface RedisAddress {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://…` for TLS. */
  readonly redis: string;
  /** PEM file with the certificate that signed the server's, where that is none of the system's. */
  readonly redisCa?: string | undefined;
}

/** The server as messages name it, without its password. */
const nameOf = ({ host, port }: RedisOptions) => `${host}:${port}`;

/**
 * Options of a connection that outlives its server: it tries again for as long as it is open.
 *
 * @throws ConfigError where the address is none
 */
function redisOptions({ redis, redisCa }: RedisAddress): RedisOptions {
  const url = URL.canParse(redis) ? new URL(redis) : undefined;
  if (!url?.hostname || !['redis:', 'rediss:'].includes(url.protocol)) {
    throw new ConfigError('redis must be an address such as redis://user:password@host:6379 (rediss:// for TLS)');
  }
  return {
    host: url.hostname,
    port: Number(url.port || 6379),
    db: Number(url.pathname.slice(1) || 0),
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' && { tls: redisCa ? { ca: certificate(redisCa) } : {} }),
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * times, 2000),
  };
}

/**
 * Connects to Redis, or says why that is not possible.
 *
 * @param onOutage called once whenever the server has gone
 * @throws ConfigError for an address that is none; ExperimentError `SWITCHYARD_EXECUTOR` where no server answers, or it
 * refuses us
 */
export async function connectRedis(address: RedisAddress, onOutage: (message: string) => void): Promise<Redis> {
  const options = redisOptions(address);
  const ioredis = await import('ioredis'); // only then: it takes a while to load
  await tryRedis(
    new ioredis.Redis({
      ...options,
      lazyConnect: true,
      connectTimeout: 5000,
      disconnectTimeout: 100,
      retryStrategy: () => null,
    }),
  );
  const redis = new ioredis.Redis(options);
  let well = true;
  redis.on('error', (error) => {
    if (well) onOutage(`Redis at ${nameOf(options)} does not answer (${reasonOf(error)}); waiting for it`);
    well = false;
  });
  redis.on('ready', () => {
    well = true;
  });
  return redis;
}

/** Makes a first connection, and ends it. */
async function tryRedis(redis: Redis): Promise<void> {
  let reason: unknown;
  redis.on('error', (error) => {
    reason = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    const text = reasonOf(reason ?? error);
    const name = nameOf(redis.options);
    const message = /WRONGPASS|NOAUTH|invalid password/i.test(text)
      ? `Redis at ${name} refuses the password (${text}): write it as redis://user:password@host:port`
      : `cannot reach Redis at ${name} (${text}): start it there, or correct the address`;
    throw new ExperimentError('SWITCHYARD_EXECUTOR', message, { cause: reason ?? error });
  } finally {
    redis.disconnect();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0] || errorCode(error) : String(error);
}

function certificate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`cannot read ${path} (${errorCode(error)}): redisCa is a PEM file`, { cause: error });
  }
}
