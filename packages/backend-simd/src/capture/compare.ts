import { equalBytes } from './memory.ts';
import type { Run } from './run.ts';
import { type Constant, describe, type Location, type Operation, type WasmCall } from './trace.ts';

/**
 * What two runs of a step did differently, in words; undefined where a replay of one is a replay of the other.
 *
 * @param placed both ran in the same arena, so that addresses must agree too, but for its shift
 */
export function difference(first: Run, second: Run, placed: boolean): string | undefined {
  return (
    differentLists(first.trace.operations, second.trace.operations, placed) ??
    differentConstants(first.trace.constants, second.trace.constants) ??
    differentMoves(first, second, placed) ??
    (placed && !first.places.every((place, i) => equalLocations(place, second.places[i]))
      ? 'it returns another of its tensors in one run than in the next'
      : undefined)
  );
}

function differentLists(a: readonly Operation[], b: readonly Operation[], placed: boolean): string | undefined {
  for (const [i, operation] of a.entries()) {
    const reason = differentOperations(operation, b[i], placed);
    if (reason !== undefined) return reason;
  }
  const more = b[a.length];
  return more && `it called ${more.kernel} in one run and not in the other`;
}

function differentMoves(a: Run, b: Run, placed: boolean): string | undefined {
  for (const variable of new Set([...a.moved.keys(), ...b.moved.keys()])) {
    const [one, other] = [a.moved.get(variable), b.moved.get(variable)];
    if (one !== undefined && other !== undefined && (!placed || equalLocations(one, other))) continue;
    return `it assigns variable ${variable.name} in one run and not, or otherwise, in the next`;
  }
  return undefined;
}

function differentOperations(a: Operation, b: Operation | undefined, placed: boolean): string | undefined {
  if (b === undefined) return `it called ${a.kernel} in one run and not in the other`;
  if (a.kernel !== b.kernel) return `it called ${a.kernel} in one run where it called ${b.kernel} in the next`;
  if (a.inputs !== b.inputs) return `${a.kernel} took ${a.inputs} in one run and ${b.inputs} in the next`;
  const name = differentKey(a.attributes, b.attributes);
  if (name !== undefined) {
    return `the attribute ${name} of ${a.kernel} changes from step to step: give such a number to the step as a tensor`;
  }
  if ((a.host === undefined) !== (b.host === undefined) || (placed && !equalCalls(a.calls, b.calls))) {
    return `${a.kernel} called its WebAssembly functions with other numbers in one run than in the next, for equal inputs and attributes`;
  }
  return undefined;
}

/** The first run was moved against the second: a parameter is the same number, or an address of the same byte of a block. */
function equalCalls(a: readonly WasmCall[], b: readonly WasmCall[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, locations, result }, i) => {
      const other = b[i]!;
      return (
        name === other.name &&
        Object.is(result, other.result) &&
        locations.length === other.locations.length &&
        locations.every((location, k) => equalLocations(location, other.locations[k]!))
      );
    })
  );
}

function equalLocations(a: Location, b: Location | undefined): boolean {
  if (Object.is(a.address, b?.address)) return true;
  return a.within !== undefined && equalValues(a.within, b?.within);
}

/** The operations of a run, with a place in a block only for parameters that moved with it: the others are numbers. */
export function withoutNumbers(operations: readonly Operation[], earlier: readonly Operation[]): Operation[] {
  return operations.map((operation, i) => ({
    ...operation,
    calls: operation.calls.map((call, j) => ({
      ...call,
      locations: call.locations.map((location, k) => {
        const { address } = earlier[i]!.calls[j]!.locations[k]!;
        return Object.is(location.address, address) ? { address, within: undefined } : location;
      }),
    })),
  }));
}

function differentConstants(a: readonly Constant[], b: readonly Constant[]): string | undefined {
  if (a.length !== b.length) {
    return `it made ${a.length} tensors from JavaScript values in one run and ${b.length} in the next`;
  }
  const changed = a.find(({ position, dtype, bytes }, i) => {
    const other = b[i]!;
    return position !== other.position || dtype !== other.dtype || !equalBytes(bytes, other.bytes);
  });
  if (changed === undefined) return undefined;
  return `the ${describe(changed)} tensor that it makes from JavaScript values for ${changed.usedBy ?? 'its result'} changes from step to step: give such values to the step as a tensor (random numbers cannot be captured)`;
}

/** The first key under which two records differ. */
function differentKey(a: unknown, b: unknown): string | undefined {
  const [left, right] = [a, b].map((value) => (value ?? {}) as Record<string, unknown>) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  return Object.keys({ ...left, ...right }).find((key) => !equalValues(left[key], right[key]));
}

function equalValues(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => equalValues((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}
