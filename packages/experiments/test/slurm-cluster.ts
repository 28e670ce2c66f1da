import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { freePort } from './free-port.ts';
import { temporaryDirectory } from './temporary.ts';

const path = `${process.env.PATH}:/usr/sbin`; // where Debian puts the daemons
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a Slurm of one node on this machine, its files in a directory of its own, and points SLURM_CONF to it.
 *
 * @returns why there is none here, or undefined
 */
export async function startSlurm(): Promise<string | undefined> {
  if (spawnSync('slurmctld', ['-V'], { env: { ...process.env, PATH: path } }).status !== 0) {
    return 'slurmctld is not installed (apt-get install slurm-wlm)';
  }
  const directory = temporaryDirectory();
  const node = hostname().split('.')[0]!;
  for (const name of ['state', 'spool']) mkdirSync(join(directory, name));
  const user = spawnSync('id', ['-un']).stdout.toString().trim();
  const settings = {
    ClusterName: 'test',
    SlurmctldHost: `${node}(127.0.0.1)`,
    ...{ SlurmUser: user, SlurmdUser: user, AuthType: 'auth/none', CredType: 'cred/none' },
    ...{ SlurmctldPort: await freePort(), SlurmdPort: await freePort() },
    ...{ ProctrackType: 'proctrack/linuxproc', TaskPlugin: 'task/none', MpiDefault: 'none', ReturnToService: 2 },
    ...{ SelectType: 'select/cons_tres', SelectTypeParameters: 'CR_Core', KillWait: 10, MailProg: '/bin/true' },
    ...{ StateSaveLocation: join(directory, 'state'), SlurmdSpoolDir: join(directory, 'spool') },
    ...{ SlurmctldPidFile: join(directory, 'slurmctld.pid'), SlurmdPidFile: join(directory, 'slurmd.pid') },
    ...{ SlurmctldLogFile: join(directory, 'slurmctld.log'), SlurmdLogFile: join(directory, 'slurmd.log') },
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  lines.push(`NodeName=${node} NodeAddr=127.0.0.1 CPUs=${spawnSync('nproc').stdout}`.trim());
  lines.push('PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP');
  process.env.SLURM_CONF = join(directory, 'slurm.conf');
  writeFileSync(process.env.SLURM_CONF, `${lines.join('\n')}\n`);
  const daemons = [start('slurmctld', ['-D', '-c']), start('slurmd', ['-D'])];
  for (let tries = 0; tries < 200; tries++) {
    const dead = daemons.find(({ exitCode }) => exitCode !== null);
    if (dead) break;
    if (/\bidle\b/.test(String(spawnSync('sinfo', ['-h', '-o', '%T']).stdout))) return undefined;
    await setTimeout(100);
  }
  const logs = ['slurmctld', 'slurmd'].map((name) => lastLine(join(directory, `${name}.log`)));
  return `Slurm does not start here: ${logs.join('; ')}`;
}

/** Stops all daemons, and waits until they are gone: they save their state and write to their directory. */
export async function stopSlurm(): Promise<void> {
  for (const child of running) {
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }
  running.clear();
}

function start(name: string, options: readonly string[]): ChildProcess {
  const child = spawn(name, options, { env: { ...process.env, PATH: path }, stdio: 'ignore' });
  running.add(child);
  return child;
}

function lastLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').at(-1)!;
  } catch {
    return 'no log';
  }
}
