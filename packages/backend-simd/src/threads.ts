import { SimdError } from './errors.ts';
import { availableCores, canShareMemory, environmentVariable, maySleep, startWorker } from './platform.ts';

/** More threads than these find no work in the kernels of small models. */
const MOST_BY_DEFAULT = 16;

// Layout of assembly/parallel.ts: sizes in bytes, then the words that are set from here.
const CONTROL_BYTES = 1024;
const SCRATCH_BYTES = 128 * 1024;
const TICKET_HIGH_WORD = 1;
const LOST_WORD = 48;
const STOP_WORD = 49;

let wished: number | undefined;

/**
 * Sets how many threads the backend works with, counting the one that calls it; to be called before the first
 * `tf.setBackend('simd')`. Goes before the environment variable SWITCHYARD_THREADS.
 *
 * @throws SimdError SWITCHYARD_SIMD_THREADS unless `count` is a whole number from 1 to 64
 */
export function setSimdThreads(count: number): void {
  wished = checked(count, `setSimdThreads(${count})`);
}

function checked(count: number, wish: string): number {
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
  throw new SimdError(
    'SWITCHYARD_SIMD_THREADS',
    `${wish}: the number of threads must be a whole number from 1 to 64 (leave it out for one thread per core).`,
  );
}

/** How many threads to work with. */
export function chooseThreads(): number {
  const variable = environmentVariable('SWITCHYARD_THREADS');
  if (!canShareMemory()) return 1;
  if (wished !== undefined) return wished;
  if (variable !== undefined) return checked(Number(variable), `SWITCHYARD_THREADS=${variable}`);
  return Math.min(availableCores(), MOST_BY_DEFAULT);
}

/** The life of a thread: an instance of the module on the same memory, which takes chunks until it is told to stop. */
const program = `({ module, memory, control, scratch, thread, threads }) => {
  const fail = () => { throw new Error('a kernel aborted'); };
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: fail, threadLost: fail } });
    exports.joinThreads(control, scratch, thread, threads, 1);
    exports.work();
  } catch (error) {
    Atomics.store(new Int32Array(memory.buffer), control / 4 + ${LOST_WORD}, thread);
    throw error;
  }
}`;

/** What the kernels need to work in parallel: memory for it, this thread as number 0, and the others. */
export interface Threads {
  /** Of `threads` in all: 1 is this one alone. */
  readonly count: number;
  /** Ends the others. */
  dispose(): void;
}

interface Exports {
  joinThreads(control: number, scratch: number, thread: number, threads: number, sleeps: number): void;
}

/** @param allocate takes bytes, and gives the address of a block that lasts as long as the threads */
export function startThreads(
  count: number,
  { module, memory, exports }: { module: WebAssembly.Module; memory: WebAssembly.Memory; exports: Exports },
  allocate: (bytes: number) => number,
): Threads {
  const control = Math.ceil(allocate(CONTROL_BYTES + 64) / 64) * 64;
  const scratch = allocate(SCRATCH_BYTES * count);
  const words = new Int32Array(memory.buffer, control, CONTROL_BYTES / 4).fill(0);
  exports.joinThreads(control, scratch, 0, count, maySleep() ? 1 : 0);
  let disposed = false;
  const stops = Array.from({ length: count - 1 }, (_, index) => {
    const thread = index + 1;
    return startWorker(program, { module, memory, control, scratch, thread, threads: count }, () => {
      if (!disposed) Atomics.store(words, LOST_WORD, thread);
    });
  });
  return {
    count,
    dispose() {
      disposed = true;
      Atomics.store(words, STOP_WORD, 1);
      Atomics.add(words, TICKET_HIGH_WORD, 1);
      Atomics.notify(words, TICKET_HIGH_WORD);
      for (const stop of stops) stop();
    },
  };
}
