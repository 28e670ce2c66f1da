import { iarc } from '@switchyard/tasks';
import { expect, test } from 'vitest';
import { references } from '../.vitepress/theme/references.ts';

test.each(['pointer', 'anchor'] as const)(
  'the diagrams show what determines a token exactly where it is visible (%s)',
  (context) => {
    const task = iarc({ context });
    const { labels } = task.vocabulary;
    const [batchSize, window] = [200, 24];
    const { tokens, visible } = task.batch({ seed: 1, index: 0, batchSize, window });

    for (let row = 0; row < batchSize; row++) {
      const start = row * (window + 1);
      const sequence = Array.from(tokens.subarray(start, start + window + 1), (token) => labels[token]!);
      const shown = sequence.map((_, position) => Number(references(sequence, position, context).length > 0));
      expect(shown).toEqual(Array.from(visible.subarray(start, start + window + 1)));
    }
  },
);
