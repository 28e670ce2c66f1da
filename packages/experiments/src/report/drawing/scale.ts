/** From values to pixels. */
export type Scale = (value: number) => number;

export function linearScale([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Scale {
  const factor = high === low ? 0 : (to - from) / (high - low);
  return (value) => from + (value - low) * factor;
}

/** Round numbers in a range: about `count` of them, in steps of 1, 2 or 5 times a power of ten. */
export function ticks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9))!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The lowest and the highest of any number of values; [∞, −∞] of none. */
export function extent(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** The smallest range with round ends around values. */
export function niceRange(values: readonly number[]): [low: number, high: number] {
  const [low, high] = extent(values);
  if (!Number.isFinite(low)) return [0, 1];
  const margin = high === low ? Math.abs(high) || 1 : 0;
  const marks = ticks([low - margin, high + margin], 4);
  const step = marks.length > 1 ? marks[1]! - marks[0]! : 1;
  return [Math.floor((low - margin) / step + 1e-9) * step, Math.ceil((high + margin) / step - 1e-9) * step];
}

/** Moves values (sorted ascending) apart until neighbours are at least `gap` apart, as little as possible. */
export function spread(values: readonly number[], gap: number): number[] {
  const blocks: { sum: number; size: number }[] = [];
  const start = ({ sum, size }: { sum: number; size: number }) => sum / size - (gap * (size - 1)) / 2;
  for (const value of values) {
    let block = { sum: value, size: 1 };
    for (let below = blocks.at(-1); below && start(below) + gap * below.size > start(block); below = blocks.at(-1)) {
      blocks.pop();
      block = { sum: below.sum + block.sum, size: below.size + block.size };
    }
    blocks.push(block);
  }
  return blocks.flatMap((block) => Array.from({ length: block.size }, (_, index) => start(block) + gap * index));
}
