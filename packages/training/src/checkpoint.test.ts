import { writeSafetensors } from '@switchyard/safetensors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

const checkpoint: Checkpoint = {
  step: 12,
  optimizer: 'adamw',
  evaluation: {
    step: 10,
    loss: 0.5,
    accuracy: 0.75,
    accuracyPerRule: { 'rule "one"': 1 },
    visibleAccuracy: null,
    visibleAccuracyPerRule: {},
    visibleShare: 0,
    chance: 0.25,
    targets: 4,
  },
  tensors: new Map([
    ['model/0/kernel', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, -2, 1e-45, 3e38) }],
    ['model/1/"checksum":"', { dtype: 'I32', shape: [], data: Int32Array.of(-7) }],
    ['optimizer/mean/0/kernel', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(0, -0, 0.1, 5) }],
  ]),
};

const damaged = expect.objectContaining({ code: 'SWITCHYARD_CHECKPOINT_DAMAGED' });

describe('a checkpoint', () => {
  it('is read back to the bit', () => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
    expect(decodeCheckpoint(Buffer.from(encodeCheckpoint({ ...checkpoint, evaluation: null }))).evaluation).toBeNull();
  });

  it('is the same bytes whenever it is written', () => {
    expect(encodeCheckpoint(checkpoint)).toEqual(encodeCheckpoint(decodeCheckpoint(encodeCheckpoint(checkpoint))));
  });

  it('is refused with any bit flipped', () => {
    const bytes = encodeCheckpoint(checkpoint);
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const flipped = bytes.slice();
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => decodeCheckpoint(flipped)).toThrow(damaged);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused when truncated anywhere', () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(damaged);
    }
  });

  it('is not just any safetensors file', () => {
    expect(() => decodeCheckpoint(writeSafetensors(checkpoint.tensors, { format: 'pt' }))).toThrow(damaged);
  });
});
