import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { freePort } from './free-port.ts';
import { temporaryDirectory } from './temporary.ts';

/** Why tests with Redis are skipped here; undefined where they run. */
export const noRedis =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'redis-server is not installed (apt-get install redis-server)';

/** A Redis server of its own on a loopback port. */
export interface RedisServer {
  readonly redis: string;
  readonly directory: string;
  start(): Promise<void>;
  /** Kills it: what it had not written is lost. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a server. @param options of redis.conf; it keeps nothing on disk unless they say so */
export async function redisServer(options: Readonly<Record<string, string>> = {}, tls = false): Promise<RedisServer> {
  const port = String(await freePort());
  const directory = temporaryDirectory();
  const ports = tls ? { port: '0', 'tls-port': port, ...certificates(directory) } : { port };
  const settings = { bind: '127.0.0.1', save: '', dir: directory, loglevel: 'warning', ...ports, ...options };
  let child: ChildProcess;
  const server: RedisServer = {
    redis: `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    directory,
    async start() {
      const flags = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
      child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
      running.add(child);
      const client = ['-h', '127.0.0.1', '-p', port, ...(tls ? ['--tls', '--insecure'] : []), 'ping'];
      while (!/PONG|NOAUTH/.test(String(spawnSync('redis-cli', client).stdout))) {
        if (child.exitCode !== null)
          throw new Error(`redis-server ended with ${child.exitCode}: ${child.stdout?.read()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async kill() {
      running.delete(child);
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      child.stdout?.resume();
      await closed;
    },
  };
  await server.start();
  return server;
}

/** A certificate for 127.0.0.1 that signs itself. */
function certificates(directory: string): Record<string, string> {
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], {
    stdio: 'ignore',
  });
  return {
    'tls-key-file': key,
    'tls-cert-file': certificate,
    'tls-ca-cert-file': certificate,
    'tls-auth-clients': 'no',
  };
}
