import { createHash } from 'node:crypto';
import {
  byteTokenizer,
  charactersOf,
  characterTokenizer,
  splitDocuments,
  type TextTask,
  type Tokenizer,
  text,
  trainBytePairs,
} from '@switchyard/tasks';
import { z } from 'zod';
import { ConfigError } from '../config/config-error.ts';
import { corpora, corpusFolder } from './corpora.ts';
import { readDocuments } from './read-documents.ts';

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
  hash: z.string().optional().describe('of the text: a run refuses another one; filled in when it begins'),
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
 * Reads a text and makes the task of it. A tokenizer that learns does so on the part for training; its characters are those of both.
 *
 * @throws ConfigError for keys that do not go together, for what `readDocuments` refuses, and for another text than the hash says
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
  const documents = readDocuments(path ?? corpusFolder(corpus!));
  const hash = hashOf(documents);
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
  const key = JSON.stringify(config);
  if (last?.key !== key) {
    last = { key, config, task: text({ documents, validation, tokenizer: makeTokenizer(config, documents) }) };
  }
  return last;
}

function makeTokenizer({ tokenizer, vocabulary, validation }: TextConfig, documents: readonly string[]): Tokenizer {
  switch (tokenizer) {
    case 'bytes':
      return byteTokenizer();
    case 'characters':
      return characterTokenizer(charactersOf(documents));
    case 'bpe':
      return trainBytePairs(splitDocuments(documents, validation).train, vocabulary!);
  }
}

/** The first 16 hexadecimal digits of the SHA-256 of documents, each after its length. */
function hashOf(documents: readonly string[]): string {
  const hash = createHash('sha256');
  for (const document of documents) hash.update(`${Buffer.byteLength(document)}:`).update(document);
  return hash.digest('hex').slice(0, 16);
}
