import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { describeOnBackends } from '../test/backends.ts';
import { expectClose } from '../test/expect-close.ts';
import { headRoles } from './index.ts';

describeOnBackends('roles of heads', () => {
  test('one head by hand: copying, deleting by weight and by output, keeping', () => {
    tf.tidy(() => {
      const weights = tf.tensor4d([1, 0, 0, 0.5, -0.5, 0, 0.25, -0.7, 0.05], [1, 1, 3, 3]);
      const alignment = tf.tensor4d([-1, 2, 4], [1, 1, 1, 3]);
      // m = [−1; −0.5, −1; −0.25, −1.4, 0.2]: Σ|m| = 4.35, copied 0.2, by weight 1 + 1.4, by output 1 + 0.5 + 0.25
      const roles = headRoles(weights, alignment);
      expectClose(roles.copied, [0.2 / 4.35]);
      expectClose(roles.deletedByWeight, [2.4 / 4.35]);
      expectClose(roles.deletedByOutput, [1.75 / 4.35]);
      expectClose(roles.negative, [1.2 / 3]);
      // of 1 + 2 + 3 keys in reach, only the weight 0.05 < 1/6 is left alone
      expectClose(roles.kept, [1 / 6]);
    });
  });

  test('heads are told apart; a negative weight on what the output would delete copies it; nothing does nothing', () => {
    tf.tidy(() => {
      const weights = tf.tensor4d([1, -1, 0], [1, 3, 1, 1]);
      const alignment = tf.tensor4d([3, -2, 5], [1, 3, 1, 1]);
      const roles = headRoles(weights, alignment);
      expectClose(roles.copied, [1, 1, 0]);
      expectClose(tf.add(roles.deletedByWeight, roles.deletedByOutput), [0, 0, 0]);
      expectClose(roles.negative, [0, 1, 0]);
      expectClose(roles.kept, [0, 0, 1]);
    });
  });

  test('an alignment that does not fit is refused', () => {
    expect(() => headRoles(tf.zeros([2, 2, 3, 3]), tf.zeros([2, 3, 1, 3]))).toThrow(
      'alignment [2, 3, 1, 3]: must broadcast to the weights [2, 2, 3, 3]',
    );
  });
});
