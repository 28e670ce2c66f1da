/** Reproducible values of about unit size, uniform in ±1.7 (mulberry32). */
export function values(seed: number, count: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return 3.4 * (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 - 0.5);
  });
}

/**
 * Gradient of a scalar function by central differences; with functions in double precision good to about 1e-9.
 */
export function finiteDifferences(f: (x: number[]) => number, x: number[], step: number = 1e-5): number[] {
  return x.map((value, index) => {
    const at = (moved: number): number => f(x.with(index, moved));
    return (at(value + step) - at(value - step)) / (2 * step);
  });
}
