import type { TextTask } from '@switchyard/tasks';
import { z } from 'zod';
import { ConfigError } from '../config/config-error.ts';
import { corpora, corpusFolder } from './corpora.ts';
import { corpusTask, readCorpus } from './corpus.ts';
import { textFiles } from './text-files.ts';

const defaultVocabulary = 1024;

export const textSchema = z.strictObject({
  kind: z.literal('text'),
  corpus: z.enum(corpora).optional().describe('a text that ships with Switchyard; by default moby-dick'),
  path: z
    .string()
    .min(1)
    .optional()
    .describe('a text of your own, in the place of a corpus: a file, or a folder of .txt and .md files'),
  tokenizer: z.enum(['bytes', 'characters', 'bpe']).default('bytes').describe('what a token is'),
  vocabulary: z
    .int()
    .min(256)
    .max(2 ** 16 - 1)
    .optional()
    .describe(`tokens that bpe learns, bytes among them; by default ${defaultVocabulary}`),
  validation: z.number().gt(0).lt(1).default(0.1).describe('share of the text that is kept for evaluations'),
  hash: z.string().optional().describe('hash of the text; a run refuses another one; filled in when it begins'),
});

export type TextConfig = z.output<typeof textSchema>;

/** A text as a task, and its configuration with everything filled in that follows from the text. */
export interface ResolvedText {
  readonly config: TextConfig;
  readonly task: TextTask;
}

/** The last text: the runs of a study share one. */
let last: ({ readonly key: string } & ResolvedText) | undefined;

/**
 * Reads a text and makes the task of it.
 *
 * @throws ConfigError for keys that do not go together, for what is no text, and for another text than the hash says
 * @throws TaskError where there is too little text
 */
export function resolveText(options: TextConfig): ResolvedText {
  const { kind, path, tokenizer, validation } = options;
  if (path !== undefined && options.corpus !== undefined) {
    throw new ConfigError(`task.path and task.corpus both name a text (${path}, ${options.corpus}): leave one out`);
  }
  if (options.vocabulary !== undefined && tokenizer !== 'bpe') {
    throw new ConfigError(`task.vocabulary is for tokenizer bpe, the tokenizer is ${tokenizer}: leave it out`);
  }
  const corpus = path === undefined ? (options.corpus ?? 'moby-dick') : undefined;
  const text = readCorpus(textFiles(path ?? corpusFolder(corpus!)));
  const { hash } = text;
  if (options.hash !== undefined && options.hash !== hash) {
    throw new ConfigError(
      `${path ?? corpus} has changed since the run began (its hash is ${hash}, was ${options.hash}): put the old text back, or begin a new run without task.hash`,
    );
  }
  const vocabulary = tokenizer === 'bpe' ? (options.vocabulary ?? defaultVocabulary) : undefined;
  const config: TextConfig = {
    ...{ kind, ...(path === undefined ? { corpus } : { path }), tokenizer },
    ...{ ...(vocabulary !== undefined && { vocabulary }), validation, hash },
  };
  const key = JSON.stringify([config, text]);
  if (last?.key !== key) {
    last = { key, config, task: corpusTask(text, { tokenizer, vocabulary: vocabulary ?? 0, validation }) };
  }
  return last;
}
