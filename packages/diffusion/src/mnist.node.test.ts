import { expect, test } from 'vitest';
import { mnist } from './mnist.node.ts';

test('10 000 digits, about a thousand of each, white on black', () => {
  const set = mnist();
  expect(set.labels).toHaveLength(10_000);
  expect(set.pixels).toHaveLength(10_000 * 28 * 28);
  for (const label of set.classes.keys()) {
    const share = set.labels.filter((each) => each === label).length / set.labels.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  }
  // The corners are background; a 1 has less ink than a 0.
  expect(set.pixels.filter((_, i) => i % 784 === 0).every((value) => value === 0)).toBe(true);
  const ink = (label: number) => {
    const places = [...set.labels.keys()].filter((place) => set.labels[place] === label);
    return (
      places.reduce(
        (sum, place) => sum + set.pixels.subarray(place * 784, place * 784 + 784).reduce((a, b) => a + b),
        0,
      ) / places.length
    );
  };
  expect(ink(1)).toBeLessThan(0.6 * ink(0));
});
