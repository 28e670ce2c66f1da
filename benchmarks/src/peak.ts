import { simdInfo } from '@switchyard/backend-simd';
import { selectBackend } from '@switchyard/training/node';

export interface PeakMeasurement {
  readonly benchmark: 'peak';
  /** `relaxed`: fused multiply-adds; `plain`: a product and a sum each. */
  readonly build: 'relaxed' | 'plain';
  /** Best round of one thread. */
  readonly gigaflops: number;
}

/** Sums that do not wait for each other: more than the multiply-adds that a core has under way at once. */
const chains = 12;
const turnsOfLoop = 4;

/**
 * What one core does with nothing but four-wide multiply-adds on registers, which no product can exceed: the operations of a training
 * step divided by it are the least processor time that the step can take.
 */
export async function measurePeak(rounds = 100): Promise<PeakMeasurement> {
  await selectBackend('simd'); // sets the flag that relaxed SIMD needs in Node 20
  const build = simdInfo()!.build;
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(loop(build === 'relaxed'))).exports;
  const turns = 100_000;
  let seconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    (run as (turns: number) => number)(turns);
    seconds = Math.min(seconds, (performance.now() - start) / 1e3);
  }
  const operations = turns * turnsOfLoop * chains * 4 * 2;
  return { benchmark: 'peak', build, gigaflops: Number((operations / seconds / 1e9).toPrecision(4)) };
}

/** Prints it. */
export async function benchmarkPeak(): Promise<void> {
  console.log(JSON.stringify(await measurePeak()));
}

/** A module with `run(turns)`: `chains` vectors, each x ← x·x + x so many times, and a lane of their sum. */
function loop(relaxed: boolean): Uint8Array<ArrayBuffer> {
  const [i32, f32, v128] = [0x7f, 0x7d, 0x7b];
  const get = (local: number) => [0x20, local];
  const set = (local: number) => [0x21, local];
  const vector = (code: number) => [0xfd, ...unsigned(code)];
  const [add, multiply, fused, lane] = [vector(0xe4), vector(0xe6), vector(0x105), [...vector(0x1f), 0]];
  const all = Array.from({ length: chains }, (_, index) => index + 1); // behind the parameter
  const step = (x: number) =>
    relaxed ? [...get(x), ...get(x), ...get(x), ...fused] : [...get(x), ...get(x), ...multiply, ...get(x), ...add];
  const turn = all.flatMap((x) => [...step(x), ...set(x)]);
  const body = [
    ...[1, chains, v128],
    ...[0x03, 0x40], // loop
    ...Array.from({ length: turnsOfLoop }, () => turn).flat(),
    ...[...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0], // once more unless the turns, less one, are 0
    0x0b,
    ...[...get(1), ...all.slice(1).flatMap((x) => [...get(x), ...add])],
    ...[...lane, 0x0b],
  ];
  const section = (id: number, ...bytes: number[]) => [id, ...unsigned(bytes.length), ...bytes];
  const name = [...new TextEncoder().encode('run')];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 1, i32, 1, f32),
    ...section(3, 1, 0),
    ...section(7, 1, name.length, ...name, 0, 0),
    ...section(10, 1, ...unsigned(body.length), ...body),
  ]);
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
