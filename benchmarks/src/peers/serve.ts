import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { StepConfig } from '../step-config.ts';
import { type Reply, type Request, requestSchema } from './protocol.ts';

/** A model ready to be timed. */
export interface Subject {
  readonly parameters: number;
  step(): void | Promise<void>;
  dispose(): void;
}

/** Steps to warm up with, after the first; fewer where they take longer than the seconds. */
const warmUp = { steps: 10, seconds: 5 };

/** The life of a participant after its hello: answers requests until `exit` or the end of the input. */
export async function serve(
  input: Readable,
  output: Writable,
  prepare: (config: StepConfig) => Subject | Promise<Subject>,
): Promise<void> {
  let subject: Subject | undefined;

  async function answer(request: Exclude<Request, { type: 'exit' }>): Promise<Reply> {
    if (request.type === 'prepare') {
      subject?.dispose();
      subject = undefined; // whatever comes: the old one is gone
      subject = await prepare(request.config);
      await subject.step(); // compiles
      const { ms } = await run(subject, warmUp.seconds, warmUp.steps);
      return { type: 'ready', parameters: subject.parameters, ms };
    }
    if (subject === undefined) return { type: 'failed', reason: 'measure comes after prepare' };
    if (request.warmUp > 0) await run(subject, request.warmUp);
    return { type: 'measured', ...(await run(subject, request.seconds)) };
  }

  for await (const line of createInterface({ input })) {
    const request = requestSchema.parse(JSON.parse(line));
    if (request.type === 'exit') break;
    const reply = await answer(request).catch((error: Error): Reply => ({ type: 'failed', reason: error.message }));
    output.write(`${JSON.stringify(reply)}\n`);
  }
  subject?.dispose();
}

/** Steps until the seconds are over, at least one. */
async function run(subject: Subject, seconds: number, most = Infinity): Promise<{ steps: number; ms: number }> {
  const start = performance.now();
  let steps = 0;
  let elapsed = 0;
  do {
    await subject.step();
    steps++;
    elapsed = performance.now() - start;
  } while (elapsed < seconds * 1e3 && steps < most);
  return { steps, ms: elapsed / steps };
}
