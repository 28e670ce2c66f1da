import { describe, expect, it } from 'vitest';
import { scoredTokens, toExample } from './example.ts';

const batch = {
  tokens: Int32Array.of(0, 1, 2, 3, 10, 11, 12, 13),
  rules: Int8Array.of(-1, 0, -1, 1, 0, 1, 1, -1),
  visible: Uint8Array.of(0, 1, 0, 1, 0, 0, 1, 0),
  batchSize: 2,
  window: 3,
};

describe('toExample', () => {
  it('takes tokens[:, :-1] as inputs and the predictable of tokens[:, 1:] as targets', () => {
    expect(toExample(batch, 'all', false)).toEqual({
      window: 3,
      tokens: Int32Array.of(0, 1, 2, 10, 11, 12),
      targets: Int32Array.of(1, 2, 3, 11, 12, 13),
      mask: Float32Array.of(1, 0, 1, 1, 1, 0),
      rules: Int8Array.of(0, -1, 1, 1, 1, -1),
      visible: Uint8Array.of(1, 0, 1, 0, 1, 0),
    });
  });

  it('counts only the last position where asked to', () => {
    const { targets, mask, rules } = toExample(batch, 'last', false);
    expect(targets).toEqual(Int32Array.of(1, 2, 3, 11, 12, 13));
    expect(mask).toEqual(Float32Array.of(0, 0, 1, 0, 0, 0));
    expect(rules).toEqual(Int8Array.of(-1, -1, 1, -1, -1, -1));
  });

  it('has one target a row for a model that answers for the last position', () => {
    for (const positions of ['all', 'last'] as const) {
      const { targets, mask, rules, visible } = toExample(batch, positions, true);
      expect(targets).toEqual(Int32Array.of(3, 13));
      expect(mask).toEqual(Float32Array.of(1, 0));
      expect(rules).toEqual(Int8Array.of(1, -1));
      expect(visible).toEqual(Uint8Array.of(1, 0));
    }
  });
});

it('scored tokens are the targets that count', () => {
  const examples = [toExample(batch, 'all', false), toExample(batch, 'last', false)];
  expect(scoredTokens(examples)).toEqual([1, 3, 11, 12, 3]);
});
