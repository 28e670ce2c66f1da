import { engine, type Tensor, type TensorInfo, tidy, util } from '@tensorflow/tfjs-core';
import { SimdBackend } from '../backend.ts';
import { SimdError } from '../errors.ts';
import { isNumeric } from '../tensor-entry.ts';
import { capture, type Sizes } from './capture.ts';
import type { StepOutput } from './outputs.ts';
import { describe } from './trace.ts';

export interface CaptureOptions {
  /** Calls that run as usual before the first is observed, so that what is made once exists (optimizer slots, tables). Default 1. */
  readonly warmUp?: number;
  /** Is told, once, why the step cannot be captured. Without it the reason goes to the console. */
  readonly onRefused?: (error: SimdError) => void;
}

/** A step that is being captured, or was: call it like the step itself. */
export interface CapturedStep<Inputs extends readonly Tensor[], Output extends StepOutput> {
  (...inputs: Inputs): Output;
  /** `running` until enough calls were observed, then `captured`, or `refused`. */
  readonly state: 'running' | 'captured' | 'refused' | 'disposed';
  /** Why the step runs uncaptured, code SWITCHYARD_SIMD_CAPTURE; undefined unless it was refused. */
  readonly refusal: SimdError | undefined;
  /** Bytes of the arena, the memory that the recording keeps for the step's tensors; 0 before it is captured. */
  readonly bytes: number;
  /** Bytes of the step's tensors that are alive together, at most, when it runs uncaptured. */
  readonly livePeak: number;
  /** Calls of a replay. */
  readonly calls: number;
  /** Kernels of the recording that JavaScript runs in every replay, for want of a WebAssembly function. */
  readonly slowKernels: readonly string[];
  /** Gives the memory back. Variables keep their values. */
  dispose(): void;
}

/**
 * Makes a fast version of a step, which is a function of tensors that has static shapes: it is run through tfjs a few times while every
 * kernel call is recorded with the addresses of its tensors; from then on the calls alone are replayed, without tape and tensors.
 *
 *     const step = captureStep((x, y) => optimizer.minimize(() => tf.losses.meanSquaredError(y, model.apply(x)), true));
 *     for (const [x, y] of batches) step(x, y).dispose();
 *
 * Every call is one step, with the same results bit for bit, whether it ran or was replayed: the first runs as usual (`warmUp`), the next
 * three are observed, the last of them also replayed and compared. Inputs are copied into fixed buffers and outputs out of them: outputs
 * are new tensors that the caller disposes. Variables keep their identity and may be read and assigned between calls; tensors that the
 * step leaves behind are disposed as by `tf.tidy`. Calls with inputs of other shapes, on another backend or inside of `tf.grad` run
 * uncaptured.
 *
 * JavaScript does not run in a replay. Whatever changes from step to step must come in as a tensor: an input, or a variable. What changed
 * while the step was observed is found (numbers, random values, shapes, another order of kernels), as are reads of values (`dataSync`) and
 * tensors that stay behind; a number that changes later is not.
 *
 * @param step takes tensors; returns a tensor, an array or a record of tensors, or nothing
 * @throws SimdError SWITCHYARD_SIMD_CAPTURE when it is called after `dispose()`, or when a replay cannot go the recorded way
 */
export function captureStep<Inputs extends readonly Tensor[], Output extends StepOutput>(
  step: (...inputs: Inputs) => Output,
  { warmUp = 1, onRefused = (error) => console.warn(error.message) }: CaptureOptions = {},
): CapturedStep<Inputs, Output> {
  const run = (inputs: Inputs): Output => tidy(() => step(...inputs) as Tensor) as Output;
  let calls = 0;
  let backend: SimdBackend | undefined;
  let recorded: readonly TensorInfo[] = [];
  let recorder: ReturnType<typeof capture> | undefined;
  let sizes: Sizes | undefined;
  let refusal: SimdError | undefined;
  let disposed = false;

  function call(...inputs: Inputs): Output {
    if (disposed) {
      throw new SimdError('SWITCHYARD_SIMD_CAPTURE', 'This captured step was disposed: capture the step again.');
    }
    if (refusal !== undefined || calls++ < warmUp || engine().isTapeOn()) return run(inputs);
    const current = engine().backend;
    if (recorder === undefined) {
      const foreign = inputs.find(({ dtype }) => !isNumeric(dtype));
      if (!(current instanceof SimdBackend))
        return refuse(run(inputs), `the backend is ${engine().backendName}, not simd`);
      if (foreign !== undefined) return refuse(run(inputs), `an input is ${describe(foreign)}`);
      backend = current;
      recorded = inputs.map(({ dataId, shape, dtype }) => ({ dataId, shape, dtype }));
      recorder = capture(backend, step as never, inputs, (now) => {
        sizes = now;
      });
    }
    const inner = backend?.data.observer !== undefined; // part of another captured step
    if (inner || current !== backend || !alike(inputs, recorded)) return run(inputs);
    try {
      const { value, done } = recorder.next(inputs);
      return done ? refuse(value.output as Output, value.obstacle) : (value as Output);
    } catch (error) {
      forget(); // the recorder is at its end: the next call starts another
      throw error;
    }
  }

  function refuse(output: Output, obstacle: string): Output {
    forget();
    refusal = new SimdError('SWITCHYARD_SIMD_CAPTURE', `The step runs uncaptured: ${obstacle}.`);
    onRefused(refusal);
    return output;
  }

  function forget(): void {
    recorder = undefined;
    sizes = undefined;
  }

  function dispose(): void {
    recorder?.return({ output: undefined, obstacle: '' });
    forget();
    disposed = true;
  }

  const properties = {
    get state() {
      if (disposed) return 'disposed';
      if (refusal !== undefined) return 'refused';
      return sizes === undefined ? 'running' : 'captured';
    },
    get refusal() {
      return refusal;
    },
    get bytes() {
      return sizes?.bytes ?? 0;
    },
    get livePeak() {
      return sizes?.livePeak ?? 0;
    },
    get calls() {
      return sizes?.calls ?? 0;
    },
    get slowKernels() {
      return sizes?.slowKernels ?? [];
    },
    dispose,
  };
  return Object.defineProperties(call, Object.getOwnPropertyDescriptors(properties)) as CapturedStep<Inputs, Output>;
}

function alike(a: readonly TensorInfo[], b: readonly TensorInfo[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ shape, dtype }, i) => dtype === b[i]!.dtype && util.arraysEqual(shape, b[i]!.shape))
  );
}
