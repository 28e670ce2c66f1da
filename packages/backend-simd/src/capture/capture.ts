import { dispose, keep, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import { difference, withoutNumbers } from './compare.ts';
import { bringHome } from './home.ts';
import { byteLength, copy, copyOut, placeOf } from './memory.ts';
import { type Arena, createArena, createProbe } from './pass-heap.ts';
import { livePeak, planArena } from './plan.ts';
import { createRecording, type Recording, replay } from './recording.ts';
import { rehearse, snapshot } from './rehearse.ts';
import { type Run, runObserved } from './run.ts';
import { prepare, type Surroundings, settle, strangerIn } from './surroundings.ts';
import { variablesNow } from './variables.ts';

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

/** A step, and what a capture of it holds. */
interface Stage {
  readonly backend: SimdBackend;
  readonly step: (...inputs: Tensors) => unknown;
  /** Fixed tensors, which observed runs take and replays read. */
  readonly inputs: Tensors;
  surroundings: Surroundings;
  arena: Arena | undefined;
  recording: Recording | undefined;
}

/** Captures a step in the course of its calls: `next(inputs)` does one step and yields its output. */
export function* capture(
  backend: SimdBackend,
  step: (...inputs: Tensors) => unknown,
  first: Tensors,
  onCaptured: (sizes: Sizes) => void,
): Generator<unknown, End, Tensors> {
  const places = first.map((input) => placeOf(backend, undefined, input));
  const stage: Stage = {
    backend,
    step,
    inputs: copyOut(backend, places).map(keep),
    surroundings: { homes: [], constants: [] },
    arena: undefined,
    recording: undefined,
  };
  try {
    const recorded = yield* record(stage);
    if ('obstacle' in recorded) return recorded;
    onCaptured(recorded.sizes);
    let given = yield recorded.output;
    for (;;) {
      const obstacle = ready(stage, given);
      if (obstacle !== undefined) return runUncaptured(stage, given, obstacle);
      given = yield recorded.rebuild(replay(backend, stage.recording!));
    }
  } finally {
    const { homes, constants } = stage.surroundings;
    dispose([...stage.inputs, ...[...homes, ...constants].map(({ keeper }) => keeper)]);
    stage.arena?.release();
    stage.recording?.dispose();
  }
}

interface Recorded {
  /** Of the last observed run. */
  readonly output: unknown;
  readonly rebuild: (tensors: Tensors) => unknown;
  readonly sizes: Sizes;
}

/**
 * Three observed runs. The first finds out what the step allocates and for how long. The second and third run in an arena planned from
 * that, which moves by some bytes in between: so addresses show among the parameters of calls, and can be placed anew, close together, in
 * the recording. A replay of the third run has to equal it.
 */
function* record(stage: Stage): Generator<unknown, Recorded | End, Tensors> {
  const { backend, inputs } = stage;
  const before = variablesNow();
  const probe = createProbe(backend.heap);
  const planned = runObserved(backend, probe, () => stage.step(...inputs));
  let { output, obstacle } = planned;
  if (inputs.some(({ isDisposed }) => isDisposed)) obstacle ??= 'it disposes its inputs';
  if (obstacle !== undefined) return { output, obstacle };
  stage.surroundings = settle(backend, planned, before, inputs);
  obstacle = keptTensors(probe.live);
  if (obstacle !== undefined) return { output, obstacle };
  const lifetimes = probe.lifetimes();
  const { offsets, bytes } = planArena(lifetimes);
  obstacle = unlessRoom(() => {
    stage.arena = createArena(backend.heap, probe.events, offsets, bytes);
  });
  if (obstacle !== undefined) return { output, obstacle };

  let given = yield output;
  obstacle = ready(stage, given);
  if (obstacle !== undefined) return runUncaptured(stage, given, obstacle);
  const placed = runInArena(stage, (run) => difference(planned, run, false));
  ({ output, obstacle } = placed);
  if (obstacle !== undefined) return { output, obstacle };

  given = yield output;
  obstacle = ready(stage, given);
  if (obstacle !== undefined) return runUncaptured(stage, given, obstacle);
  const start = snapshot(backend, stage.surroundings);
  const moved = runInArena(stage, (run) => difference(placed, run, true));
  ({ output, obstacle } = moved);
  if (obstacle !== undefined) return { output, obstacle };

  const operations = withoutNumbers(moved.trace.operations, placed.trace.operations);
  const blockBytes = lifetimes.map((life) => life.bytes);
  obstacle = unlessRoom(() => {
    stage.recording = createRecording(backend, moved, operations, blockBytes, stage.surroundings.homes);
  });
  const recording = stage.recording!;
  obstacle ??= rehearse(backend, recording, stage.surroundings, start, moved.tensors);
  if (obstacle !== undefined) return { output, obstacle };
  stage.arena!.release();
  const sizes = {
    bytes: recording.bytes,
    livePeak: livePeak(lifetimes),
    calls: recording.calls.length + recording.moves.length,
    slowKernels: operations.filter(({ host }) => host !== undefined).map(({ kernel }) => kernel),
  };
  return { output, rebuild: moved.rebuild, sizes };
}

/** Gets everything to its place for a step: variables, and the values of the inputs. Returns what makes that impossible. */
function ready({ backend, inputs, surroundings }: Stage, given: Tensors): string | undefined {
  const obstacle = prepare(backend, surroundings);
  if (obstacle !== undefined) return obstacle;
  for (const [i, tensor] of given.entries()) {
    const entry = backend.entry(tensor);
    copy(backend, entry.address, backend.entry(inputs[i]!).address, byteLength(entry));
  }
  return undefined;
}

function runUncaptured({ step }: Stage, given: Tensors, obstacle: string): End {
  return { output: tidy(() => step(...given) as Tensor), obstacle };
}

/** An observed run in the arena; variables are back home after it. */
function runInArena(stage: Stage, compare: (run: Run) => string | undefined): Run {
  const { backend, inputs, step, surroundings } = stage;
  const arena = stage.arena!;
  arena.rewind();
  let run: Run;
  try {
    run = runObserved(backend, arena, () => step(...inputs));
  } finally {
    for (const home of surroundings.homes) bringHome(backend, home);
  }
  let obstacle = run.obstacle ?? compare(run) ?? strangerIn(run, surroundings, inputs) ?? keptTensors(arena.live);
  if (!arena.onPlan) obstacle ??= 'it allocates memory in another order in one run than in the next';
  return { ...run, obstacle };
}

function keptTensors(count: number): string | undefined {
  if (count === 0) return undefined;
  return `it keeps ${count} of the tensors that it makes (tf.keep, or a tensor that lives on in a closure): return them, or assign them to variables`;
}

/** Does it, or says why there is no room for it. */
function unlessRoom(make: () => void): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof SimdError) return error.message;
    throw error;
  }
}
