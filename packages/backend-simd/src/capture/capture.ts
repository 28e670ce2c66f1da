import { keep, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import type { Heap } from '../heap.ts';
import { difference } from './compare.ts';
import { bringHome } from './home.ts';
import { byteLength, copy } from './memory.ts';
import { type Arena, createArena, createProbe } from './pass-heap.ts';
import { type Plan, planStep } from './plan.ts';
import { createRecording, type Recording, replay } from './recording.ts';
import { rehearse, valuesOf } from './rehearse.ts';
import { placeOf, type Run, runObserved, takeOut } from './run.ts';
import {
  disposeSurroundings,
  prepare,
  type Surroundings,
  settle,
  strangerIn,
  variableObstacle,
  variablesNow,
} from './surroundings.ts';

type Tensors = readonly Tensor[];

/** The sizes of a recording. */
export interface Sizes {
  /** Bytes of the arena. */
  readonly bytes: number;
  /** Bytes of the step's tensors that are alive together, at most. */
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
 * finds out what the step allocates and for how long, the second runs in an arena planned from that, the third must do the same again and
 * equal its replay. All later ones are replays.
 */
export function* capture(
  backend: SimdBackend,
  step: (...inputs: Tensors) => unknown,
  first: Tensors,
  onCaptured: (sizes: Sizes) => void,
): Generator<unknown, End, Tensors> {
  const places = first.map((input) => placeOf(backend, input));
  const inputs = takeOut(backend, places).map(keep);
  const run = () => step(...inputs);
  let surroundings: Surroundings = { homes: [], keepers: [] };
  let arena: Arena | undefined;
  try {
    const before = variablesNow();
    const probe = createProbe(backend.heap);
    let { output, trace, obstacle } = runObserved(backend, probe, run);
    obstacle ??= variableObstacle(before);
    if (inputs.some(({ isDisposed }) => isDisposed)) obstacle ??= 'it disposes its inputs';
    if (obstacle !== undefined) return { output, obstacle };
    surroundings = settle(backend, trace, before, inputs);
    obstacle = keptTensors(probe.live);
    if (obstacle !== undefined) return { output, obstacle };
    const plan = planStep(probe.lifetimes(), trace.constants);
    arena = tryArena(backend.heap, probe.events, plan);
    if (arena === undefined)
      return { output, obstacle: `linear memory has no room for its arena of ${plan.bytes} bytes` };

    let recording: Recording | undefined;
    for (const last of [false, true]) {
      const given = yield output;
      obstacle = prepare(backend, surroundings);
      if (obstacle !== undefined) return { output: tidy(() => step(...given) as Tensor), obstacle };
      take(backend, given, inputs);
      const start = valuesOf(backend, surroundings.homes);
      const observed = runInArena(backend, arena, surroundings, run);
      recording = createRecording(backend, observed, surroundings.homes);
      obstacle =
        observed.obstacle ??
        difference(trace, observed.trace, last) ??
        strangerIn(observed.trace, surroundings, inputs);
      if (last) obstacle ??= rehearse(backend, recording, arena, observed, start);
      if (obstacle !== undefined) return { output: observed.output, obstacle };
      ({ output, trace } = observed);
    }
    onCaptured({
      bytes: arena.bytes,
      livePeak: probe.livePeak(),
      calls: recording!.calls.length,
      slowKernels: trace.operations.filter(({ host }) => host !== undefined).map(({ kernel }) => kernel),
    });
    for (;;) {
      const given = yield output;
      obstacle = prepare(backend, surroundings);
      if (obstacle !== undefined) return { output: tidy(() => step(...given) as Tensor), obstacle };
      take(backend, given, inputs);
      output = recording!.rebuild(replay(backend, recording!));
    }
  } finally {
    disposeSurroundings(surroundings);
    for (const input of inputs) input.dispose();
    arena?.release();
  }
}

/** Copies the inputs of a call into the fixed ones. */
function take(backend: SimdBackend, given: Tensors, inputs: Tensors): void {
  for (const [i, tensor] of given.entries()) {
    const entry = backend.entry(tensor);
    copy(backend, entry.address, backend.entry(inputs[i]!).address, byteLength(entry));
  }
}

function tryArena(heap: Heap, events: readonly number[], { offsets, bytes }: Plan): Arena | undefined {
  try {
    return createArena(heap, events, offsets, bytes);
  } catch (error) {
    if (error instanceof SimdError) return undefined;
    throw error;
  }
}

/** An observed run at the places of the recording; notes where variables moved to, and brings them back. */
function runInArena(backend: SimdBackend, arena: Arena, { homes }: Surroundings, step: () => unknown): Run {
  const before = variablesNow();
  arena.rewind();
  let observed: Run;
  let obstacle: string | undefined;
  try {
    observed = runObserved(backend, arena, step);
    obstacle = observed.obstacle ?? variableObstacle(before);
    if (!arena.onPlan) obstacle ??= 'it allocates memory in another order in one run than in the next';
    for (const home of homes) {
      const away = home.variable.dataId !== home.keeper.dataId;
      home.movedTo = away ? backend.entry(home.variable).address : undefined;
    }
  } finally {
    for (const home of homes) bringHome(backend, home);
  }
  return { ...observed, obstacle: obstacle ?? keptTensors(arena.live) };
}

function keptTensors(count: number): string | undefined {
  if (count === 0) return undefined;
  return `it keeps ${count} of the tensors that it makes (tf.keep, or a tensor that lives on in a closure): return them, or assign them to variables`;
}
