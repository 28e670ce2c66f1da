import type { TextTask } from '@switchyard/tasks';
import { ConfigError } from '../config/config-error.ts';
import { corpusFolder } from './corpora.ts';
import { corpusTask, readCorpus } from './corpus.ts';
import { textFiles } from './text-files.ts';
import { defaultVocabulary, type TextConfig } from './text-schema.ts';

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
