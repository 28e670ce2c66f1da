import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchmarkError } from '../errors.ts';
import type { NamedStepConfig } from '../step-config.ts';
import { type Reply, type Request, replySchema } from './protocol.ts';

/** How a participant is started, see `participants.ts`. */
export interface ParticipantSpec {
  /** Its key in flags and results. */
  readonly name: string;
  /** What tables call it, in Markdown. */
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Why it cannot start here, where that is known beforehand. */
  readonly missing?: string | undefined;
}

/** A long-lived process that times training steps with one library. It works only between a request and its reply. */
export interface Participant {
  readonly name: string;
  readonly title: string;
  readonly library: string;
  readonly threads: number | undefined;
  prepare(config: NamedStepConfig): Promise<ReplyOf<'ready'>>;
  measure(warmUp: number, seconds: number): Promise<ReplyOf<'measured'>>;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

type ReplyOf<Type extends Reply['type']> = Extract<Reply, { type: Type }>;

/** Seconds to wait for each reply. Setting up PyTorch once, and compiling a step, take minutes on a slow machine. */
export const patience = { start: 600, prepare: 600, measure: 120, stop: 5 };

/**
 * Starts a participant. Its process, and whatever that starts, ends with this one.
 *
 * @throws BenchmarkError `SWITCHYARD_BENCHMARK_UNAVAILABLE` where it does not start, with the reason as message;
 * `SWITCHYARD_BENCHMARK_PARTICIPANT`, from `prepare` and `measure`, when it dies, hangs, fails or talks nonsense. It is gone then.
 */
export async function startParticipant(
  { name, title, command, env, missing }: ParticipantSpec,
  limits: typeof patience = patience,
): Promise<Participant> {
  if (missing !== undefined) throw new BenchmarkError('SWITCHYARD_BENCHMARK_UNAVAILABLE', missing);
  const [file, ...parameters] = command;
  // A process group of its own: Ctrl-C is for us to handle, and killing the group takes grandchildren along.
  const child = spawn(file, parameters, { env: { ...process.env, ...env }, detached: true });
  const end = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
  });
  const kill = () => killGroup(child);
  process.on('exit', kill);
  end.finally(() => process.off('exit', kill));
  child.stdin.on('error', () => {}); // it died: the missing reply says so
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints = (complaints + text).slice(-2000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  /** The next reply; a string says why there is none. */
  async function reply(seconds: number): Promise<Reply | string> {
    const timer = new AbortController();
    const timeout = delay(seconds * 1e3, 'timeout' as const, { signal: timer.signal });
    timeout.catch(() => {}); // aborted: the reply came
    const next = await Promise.race([lines.next(), timeout]);
    timer.abort();
    if (next === 'timeout') return `no answer within ${seconds} s`;
    if (next.done) {
      const lastWords = complaints.trim().split('\n').at(-1);
      return `it died, ${await end}${lastWords ? `: ${lastWords}` : ''}`;
    }
    const parsed = replySchema.safeParse(parseJson(next.value));
    return parsed.success ? parsed.data : `it said ${JSON.stringify(next.value.slice(0, 200))}, which is no reply`;
  }

  async function ask<Type extends Reply['type']>(request: Request, type: Type, seconds: number, activity: string) {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await reply(seconds);
    if (typeof answer === 'object' && answer.type === type) return answer as ReplyOf<Type>;
    kill();
    throw new BenchmarkError(
      'SWITCHYARD_BENCHMARK_PARTICIPANT',
      `${name} failed ${activity} (${reason(answer)}): choose other --participants, or look into it alone: ${command.join(' ')}`,
    );
  }

  const hello = await reply(limits.start);
  if (typeof hello === 'string' || hello.type !== 'hello') {
    kill();
    throw new BenchmarkError('SWITCHYARD_BENCHMARK_UNAVAILABLE', reason(hello));
  }
  let task = '';
  return {
    name,
    title,
    library: hello.library,
    threads: hello.threads,
    prepare(config) {
      task = config.name;
      return ask({ type: 'prepare', config }, 'ready', limits.prepare, `preparing ${task}`);
    },
    measure: (warmUp, seconds) =>
      ask({ type: 'measure', warmUp, seconds }, 'measured', limits.measure, `measuring ${task}`),
    async stop() {
      child.stdin.write(`${JSON.stringify({ type: 'exit' } satisfies Request)}\n`);
      const gone = await Promise.race([end, delay(limits.stop * 1e3, undefined, { ref: false })]);
      if (!gone) kill();
      await end;
    },
  };
}

function reason(answer: Reply | string): string {
  if (typeof answer === 'string') return answer;
  return 'reason' in answer ? answer.reason : `it answered ${answer.type}`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return; // it never started
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
