import type { SequenceRun } from '../run/run.ts';
import type { RunKind } from '../run/run-kind.ts';
import { sequenceConfig, sequenceModel, sequences } from '../run/sequence-run.ts';
import { resolveText } from './text-config.ts';
import type { TextConfig } from './text-schema.ts';
import { readTokenizer, tokenizerFile, tokenizerText } from './tokenizer-file.ts';

/** Runs on text. */
export const text: RunKind<SequenceRun> = {
  ...sequences,
  measures: ['perplexity', 'bitsPerByte'],
  goodness: ({ measures }) => -(measures?.bitsPerByte ?? Number.POSITIVE_INFINITY),
  resolve(options, name) {
    const data = resolveText(options.task as TextConfig);
    return {
      kind: 'text',
      task: data.task,
      config: sequenceConfig(options, name, data, 'all'),
      files: { [tokenizerFile]: tokenizerText(data.task.tokenizer) },
    };
  },
  readModel(directory, options, name) {
    const separator = readTokenizer(directory).labels.length; // as the task `text` has it
    return sequenceModel(options, { vocabulary: separator + 1, separator }, name);
  },
};
