import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../test/temporary.ts';
import { lockDirectory } from './lock.node.ts';

const locked = expect.objectContaining({ code: 'SWITCHYARD_RUN_LOCKED' });

function lockOf(directory: string, owner: object): void {
  writeFileSync(join(directory, 'lock'), JSON.stringify({ host: hostname(), started: '', ...owner }));
}

describe('lockDirectory', () => {
  it('is exclusive until it is given back', () => {
    const directory = temporaryDirectory();
    const unlock = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(locked);
    expect(readdirSync(directory)).toEqual(['lock']);
    unlock();
    expect(readdirSync(directory)).toEqual([]);
    lockDirectory(directory)();
  });

  it('takes over the lock of a process that is gone', () => {
    const directory = temporaryDirectory();
    lockOf(directory, { pid: spawnSync(process.execPath, ['-e', '']).pid });
    const unlock = lockDirectory(directory);
    expect(JSON.parse(readFileSync(join(directory, 'lock'), 'utf8')).pid).toBe(process.pid);
    unlock();
  });

  it('takes over a lock with its own process id, left by a predecessor that had the same', () => {
    const directory = temporaryDirectory();
    lockOf(directory, { pid: process.pid });
    lockDirectory(directory)();
    expect(existsSync(join(directory, 'lock'))).toBe(false);
  });

  it('takes over a lock that is not whole', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'lock'), '{"pid":');
    lockDirectory(directory)();
  });

  it('respects a living process, and tells which', () => {
    const directory = temporaryDirectory();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    onTestFinished(() => void child.kill());
    lockDirectory(directory)();
    const stat = existsSync('/proc/self/stat') ? readFileSync(`/proc/${child.pid}/stat`, 'utf8') : '';
    const started = stat.split(') ').at(-1)?.split(' ')[19] ?? '';
    lockOf(directory, { pid: child.pid, started });
    expect(() => lockDirectory(directory)).toThrow(new RegExp(`process ${child.pid} on .* writes this run`));
    if (started === '') return;
    lockOf(directory, { pid: child.pid, started: '1' }); // an earlier process with the same id
    lockDirectory(directory)();
  });

  it('respects a lock of another machine', () => {
    const directory = temporaryDirectory();
    lockOf(directory, { pid: 1, host: 'another' });
    expect(() => lockDirectory(directory)).toThrow(locked);
  });
});
