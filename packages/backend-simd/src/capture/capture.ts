import { keep, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import { difference, withoutNumbers } from './compare.ts';
import { bringHome } from './home.ts';
import { byteLength, copy, copyOut, placeOf } from './memory.ts';
import { type Arena, createArena, createProbe } from './pass-heap.ts';
import { livePeak, planArena } from './plan.ts';
import { createRecording, type Recording, replay } from './recording.ts';
import { rehearse, valuesOf } from './rehearse.ts';
import { type Run, runObserved } from './run.ts';
import {
  disposeSurroundings,
  prepare,
  type Surroundings,
  settle,
  strangerIn,
  variableObstacle,
  variablesNow,
} from './surroundings.ts';
import type { Trace } from './trace.ts';

type Tensors = readonly Tensor[];

/** The sizes of a recording. */
export interface Sizes {
  /** Bytes of the arena. */
  readonly bytes: number;
  /** Bytes of the step's tensors that are alive together, at most, when it runs. */
  readonly livePeak: number;
  /** Calls of a replay. */
  readonly calls: number;
  /** Kernels that JavaScript runs in every replay. */
  readonly slowKernels: readonly string[];
}

/** A capture that cannot go on: its last step was done, the next ones have to run uncaptured. */
export interface End {
  readonly output: unknown;
  readonly obstacle: string;
}

/**
 * Captures a step in the course of its calls: `next(inputs)` does one step and yields its output. The first three are observed runs. One
 * finds out what the step allocates and for how long. The second and third run in an arena planned from that, which moves by some bytes
 * in between: so addresses show among the parameters of calls, and can be placed anew, close together, in the recording. A replay of the
 * third run has to equal it. All later steps are replays.
 */
export function* capture(
  backend: SimdBackend,
  step: (...inputs: Tensors) => unknown,
  first: Tensors,
  onCaptured: (sizes: Sizes) => void,
): Generator<unknown, End, Tensors> {
  const inputs = copyOut(
    backend,
    first.map((input) => placeOf(backend, undefined, input)),
  ).map(keep);
  const run = () => step(...inputs);
  let surroundings: Surroundings = { homes: [], keepers: [] };
  let arena: Arena | undefined;
  let recording: Recording | undefined;
  let obstacle: string | undefined;
  /** Gets everything ready for a step in fixed places; where that fails, the step has to run as usual. */
  const ready = (given: Tensors): boolean => {
    obstacle = prepare(backend, surroundings);
    if (obstacle === undefined) take(backend, given, inputs);
    return obstacle === undefined;
  };
  const uncaptured = (given: Tensors): End => ({ output: tidy(() => step(...given) as Tensor), obstacle: obstacle! });
  try {
    const before = variablesNow();
    const probe = createProbe(backend.heap);
    const planned = runObserved(backend, probe, run);
    obstacle = planned.obstacle ?? variableObstacle(before);
    if (inputs.some(({ isDisposed }) => isDisposed)) obstacle ??= 'it disposes its inputs';
    if (obstacle !== undefined) return { output: planned.output, obstacle };
    surroundings = settle(backend, planned.trace, before, inputs);
    obstacle = keptTensors(probe.live);
    if (obstacle !== undefined) return { output: planned.output, obstacle };
    const lifetimes = probe.lifetimes();
    const { offsets, bytes } = planArena(lifetimes);
    const found = ifRoom(() => createArena(backend.heap, probe.events, offsets, bytes));
    if (typeof found === 'string') return { output: planned.output, obstacle: found };
    arena = found;

    let given = yield planned.output;
    if (!ready(given)) return uncaptured(given);
    const placed = runInArena(backend, arena, surroundings, inputs, run, (trace) =>
      difference(planned.trace, trace, false),
    );
    if (placed.obstacle !== undefined) return { output: placed.output, obstacle: placed.obstacle };

    given = yield placed.output;
    if (!ready(given)) return uncaptured(given);
    const start = valuesOf(backend, surroundings.homes);
    const moved = runInArena(backend, arena, surroundings, inputs, run, (trace) =>
      difference(placed.trace, trace, true),
    );
    if (moved.obstacle !== undefined) return { output: moved.output, obstacle: moved.obstacle };
    const operations = withoutNumbers(moved.trace.operations, placed.trace.operations);
    const sizes = lifetimes.map((life) => life.bytes);
    const made = ifRoom(() => createRecording(backend, moved, operations, sizes, surroundings.homes));
    if (typeof made === 'string') return { output: moved.output, obstacle: made };
    recording = made;
    obstacle = rehearse(backend, recording, surroundings.homes, start, moved.tensors);
    if (obstacle !== undefined) return { output: moved.output, obstacle };
    arena.release();
    onCaptured({
      bytes: recording.bytes,
      livePeak: livePeak(lifetimes),
      calls: recording.calls.length + recording.moves.length,
      slowKernels: operations.filter(({ host }) => host !== undefined).map(({ kernel }) => kernel),
    });

    given = yield moved.output;
    while (ready(given)) given = yield moved.rebuild(replay(backend, recording));
    return uncaptured(given);
  } finally {
    disposeSurroundings(surroundings);
    for (const input of inputs) input.dispose();
    arena?.release();
    recording?.dispose();
  }
}

/** Copies the inputs of a call into the fixed ones. */
function take(backend: SimdBackend, given: Tensors, inputs: Tensors): void {
  for (const [i, tensor] of given.entries()) {
    const entry = backend.entry(tensor);
    copy(backend, entry.address, backend.entry(inputs[i]!).address, byteLength(entry));
  }
}

/** An observed run in the arena; notes where variables moved to, and brings them back. */
function runInArena(
  backend: SimdBackend,
  arena: Arena,
  surroundings: Surroundings,
  inputs: Tensors,
  step: () => unknown,
  compare: (trace: Trace) => string | undefined,
): Run {
  const { homes } = surroundings;
  const before = variablesNow();
  arena.rewind();
  let run: Run;
  let obstacle: string | undefined;
  try {
    run = runObserved(backend, arena, step);
    obstacle = run.obstacle ?? variableObstacle(before) ?? compare(run.trace);
    obstacle ??= strangerIn(run.trace, surroundings, inputs);
    if (!arena.onPlan) obstacle ??= 'it allocates memory in another order in one run than in the next';
    for (const home of homes) {
      const away = home.variable.dataId !== home.keeper.dataId;
      home.movedTo = away ? placeOf(backend, arena, home.variable) : undefined;
    }
  } finally {
    for (const home of homes) bringHome(backend, home);
  }
  return { ...run, obstacle: obstacle ?? keptTensors(arena.live) };
}

function keptTensors(count: number): string | undefined {
  if (count === 0) return undefined;
  return `it keeps ${count} of the tensors that it makes (tf.keep, or a tensor that lives on in a closure): return them, or assign them to variables`;
}

/** What `make` gives, or why there is no room for it. */
function ifRoom<Made extends object>(make: () => Made): Made | string {
  try {
    return make();
  } catch (error) {
    if (error instanceof SimdError) return error.message;
    throw error;
  }
}
