import { Tensor } from '@tensorflow/tfjs-core';

/** What a step may return. */
export type StepOutput = undefined | Tensor | readonly Tensor[] | { readonly [name: string]: Tensor };

/** The tensors of a step's output, and how to build an output of the same form from others; undefined where it holds anything else. */
export function takeApart(
  output: unknown,
): { tensors: Tensor[]; rebuild: (tensors: readonly Tensor[]) => unknown } | undefined {
  if (output === undefined || output === null) return { tensors: [], rebuild: () => output };
  if (output instanceof Tensor) return { tensors: [output], rebuild: ([tensor]) => tensor };
  if (typeof output !== 'object') return undefined;
  const tensors: unknown[] = Object.values(output);
  if (!tensors.every((tensor) => tensor instanceof Tensor)) return undefined;
  if (Array.isArray(output)) return { tensors, rebuild: (others) => others.slice() };
  const names = Object.keys(output);
  return { tensors, rebuild: (others) => Object.fromEntries(others.map((tensor, i) => [names[i]!, tensor])) };
}
