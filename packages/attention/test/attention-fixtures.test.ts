import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { type Mechanism, rotary } from '../src/index.ts';
import { mechanisms } from '../src/mechanisms.ts';
import { describeOnBackends } from './backends.ts';
import { expectClose } from './expect-close.ts';
import { readFixture } from './fixtures.ts';
import { naiveWeights } from './naive-weights.ts';

interface Case {
  scale: number;
  causal: boolean;
  alibi: string | null;
}

const fixture = readFixture('attention');
const cases = Object.entries(JSON.parse(fixture.metadata.cases!) as Record<string, Case>);

describeOnBackends('attention.safetensors', (backend) => {
  test('holds eight cases of DPA and EA, seven of Cog', () => {
    expect(cases.length).toBe(23);
  });

  test.each(cases)('%s: output, weights and gradients', (name, { scale, causal, alibi }) => {
    const mechanism = name.split('/')[0] as Mechanism;
    const options = { scale, causal, alibi: alibi !== null };
    const { attention, weights } = mechanisms[mechanism];
    const get = (key: string): tf.Tensor4D => fixture.get(`${name}/${key}`);
    // Logits of up to 600: half a unit in the last place of float32 is 3e-5 there, which the exponential turns into a
    // relative error of the weights. Only cpu sums products in doubles.
    const tolerance = name.endsWith('large_logits') && backend !== 'cpu' ? 5e-5 : 1e-5;
    tf.tidy(() => {
      const [q, k, v] = [get('q'), get('k'), get('v')];
      expectClose(attention(q, k, v, options), get('output'), tolerance);
      expectClose(weights(q, k, options), get('weights'), tolerance);
      expectClose(naiveWeights[mechanism](q, k, options), get('weights'), tolerance);
      const gradients = tf.grads((query, key, value) =>
        attention(query as tf.Tensor4D, key as tf.Tensor4D, value as tf.Tensor4D, options),
      )([q, k, v], get('grad_output'));
      for (const [index, key] of ['grad_q', 'grad_k', 'grad_v'].entries()) {
        expectClose(gradients[index]!, get(key), tolerance);
      }
    });
  });
});

describeOnBackends('rope.safetensors', () => {
  test('rotary on [batch, tokens, heads, head_dim], and on the layout of attention', () => {
    const rope = readFixture('rope');
    tf.tidy(() => {
      const x = rope.get<tf.Tensor4D>('x');
      const rotated = rope.get<tf.Tensor4D>('rotated');
      expectClose(rotary(x, { axis: -3 }), rotated);
      expectClose(rotary(tf.transpose(x, [0, 2, 1, 3])), tf.transpose(rotated, [0, 2, 1, 3]));
    });
  });
});
