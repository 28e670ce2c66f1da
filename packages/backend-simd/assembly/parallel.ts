// Work in chunks that any thread may take. A kernel cuts its work into chunks by the sizes of its tensors alone (or where no cut changes
// a result, by the number of threads too), and every result belongs to one chunk: numbers depend neither on how many threads there are
// nor on who takes what.
//
// Every thread runs an instance of this module on the same memory. The control block, one cache line for each thing that changes:
//   0  ticket: number of the job (24 bits), last + 1 and first chunk not yet taken (20 bits each): taking one is one exchange
//   64 chunks done, whether the first thread sleeps until that changes      128 other threads asleep      192 a thread is lost, stop      256 the job: its function, then its arguments
const TICKET: usize = 0;
/** The half of the ticket that changes with every job. */
const TICKET_HIGH: usize = 4;
const DONE: usize = 64;
const FIRST_SLEEPS: usize = 68;
const SLEEPERS: usize = 128;
const LOST: usize = 192;
const STOP: usize = 196;
const FUNCTION: usize = 256;
const ARGUMENTS: usize = 264;

const CHUNK_BITS: i64 = 20;
const CHUNK_MASK: i64 = (1 << CHUNK_BITS) - 1;
const JOB_NUMBER_ONE: i64 = 1 << 2 * CHUNK_BITS;

/** Looks at the ticket before a thread goes to sleep, some 100 µs: longer than the gaps between the kernels of a captured step. */
const PATIENCE: i32 = 30_000;

/** Working memory of one thread. */
const SCRATCH_BYTES: usize = 128 * 1024;

/** Nanoseconds of one sleep of the first thread: it wakes to see whether a thread was lost. */
const NAP: i64 = 10_000_000;

let control: usize = 0;
let scratchOfThread: usize = 0;
let threadCount: i32 = 1;
let threadNumber: i32 = 0;
let maySleep: bool = false;

@external("env", "threadLost")
declare function threadLost(): void;

/**
 * Once in every instance: where the control block and the scratch memory (128 KiB for each thread) are, which thread this is, and whether
 * it may sleep (pages may not, only their workers).
 */
export function joinThreads(controlBlock: usize, scratch: usize, thread: i32, threads: i32, sleeps: i32): void {
  control = controlBlock;
  scratchOfThread = scratch + <usize>thread * SCRATCH_BYTES;
  threadCount = threads;
  threadNumber = thread;
  maySleep = sleeps != 0;
}

/** How many threads there are: for cuts that change no result. */
export function threads(): i32 {
  return threadCount;
}

/** Number of the thread that runs this, from 0. */
export function thread(): i32 {
  return threadNumber;
}

/** 128 KiB that this thread may use within one chunk. */
export function scratch(): usize {
  return scratchOfThread;
}

/** Where a kernel leaves the arguments of its chunks, up to 760 bytes, before `inParallel`. */
export function jobArguments(): usize {
  return control + ARGUMENTS;
}

/** Calls `work` with 0 … chunks − 1 (fewer than 2²⁰), in any order and on any thread, and returns when all are done. Not from within a chunk. */
export function inParallel(chunks: i32, work: (chunk: i32) => void): void {
  const index = load<u32>(changetype<usize>(work));
  if (threadCount == 1 || chunks <= 1) {
    for (let chunk = 0; chunk < chunks; chunk++) call_indirect<void>(index, chunk);
    return;
  }
  if (atomic.load<i32>(control, LOST)) threadLost();
  store<u32>(control, index, FUNCTION);
  atomic.store<i32>(control, 0, DONE);
  const number = (atomic.load<i64>(control, TICKET) & -JOB_NUMBER_ONE) + JOB_NUMBER_ONE;
  atomic.store<i64>(control, number | (<i64>chunks << CHUNK_BITS), TICKET);
  if (atomic.load<i32>(control, SLEEPERS) > 0) atomic.notify(control + TICKET_HIGH, -1);
  while (takeChunk()) {}
  waitForOthers(chunks);
}

/** Where threads have no core for themselves, sleeping leaves it to the one that is waited for. */
function waitForOthers(chunks: i32): void {
  let patience = PATIENCE;
  while (true) {
    const done = atomic.load<i32>(control, DONE);
    if (done == chunks) return;
    if (atomic.load<i32>(control, LOST)) threadLost();
    if (--patience > 0 || !maySleep) continue;
    atomic.store<i32>(control, 1, FIRST_SLEEPS);
    atomic.wait<i32>(control + DONE, done, NAP);
    atomic.store<i32>(control, 0, FIRST_SLEEPS);
  }
}

/**
 * Does a chunk of the job that is open, if there is one left: even threads take the first, odd ones the last, so that with two threads
 * most of what one reads it has written itself. Whoever has taken a chunk knows that the job stays until it is done.
 */
function takeChunk(): bool {
  let ticket = atomic.load<i64>(control, TICKET);
  while (true) {
    const first = ticket & CHUNK_MASK, end = ticket >> CHUNK_BITS & CHUNK_MASK;
    if (first >= end) return false;
    const odd = threadNumber & 1;
    const now = atomic.cmpxchg<i64>(control, ticket, odd ? ticket - (1 << CHUNK_BITS) : ticket + 1, TICKET);
    if (now == ticket) {
      call_indirect<void>(load<u32>(control, FUNCTION), <i32>(odd ? end - 1 : first));
      atomic.add<i32>(control, 1, DONE);
      if (atomic.load<i32>(control, FIRST_SLEEPS)) atomic.notify(control + DONE, 1);
      return true;
    }
    ticket = now;
  }
  return false;
}

/** The life of every thread but the first: takes chunks until told to stop. */
export function work(): void {
  let patience = PATIENCE;
  while (!atomic.load<i32>(control, STOP)) {
    if (takeChunk()) { patience = PATIENCE; continue; }
    if (--patience > 0) continue;
    const high = atomic.load<i32>(control, TICKET_HIGH);
    atomic.add<i32>(control, 1, SLEEPERS);
    // A job published since `high` was read is looked for once more; one published later changes the word that is waited for.
    if (!takeChunk() && !atomic.load<i32>(control, STOP)) atomic.wait<i32>(control + TICKET_HIGH, high, -1);
    atomic.sub<i32>(control, 1, SLEEPERS);
    patience = PATIENCE;
  }
}
