import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Tokenizer, tokenizerFrom } from '@switchyard/tasks';
import { z } from 'zod';
import { ConfigError, errorCode, isHouseError } from '../config/config-error.ts';

/** The file of a run directory that holds the tokenizer, so that the run can be read without its text. */
export const tokenizerFile = 'tokenizer.json';

const token = z
  .int()
  .min(0)
  .max(2 ** 16 - 1);

const tokenizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bytes') }),
  z.strictObject({ kind: z.literal('characters'), characters: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('bpe'), merges: z.array(z.tuple([token, token])) }),
]);

/** A tokenizer as the text of its file. */
export function tokenizerText(tokenizer: Tokenizer): string {
  return `${JSON.stringify(tokenizer)}\n`;
}

/**
 * The tokenizer of a run directory.
 *
 * @throws ConfigError where it is missing or damaged
 */
export function readTokenizer(directory: string): Tokenizer {
  const path = join(directory, tokenizerFile);
  try {
    return tokenizerFrom(tokenizerSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
  } catch (error) {
    if (errorCode(error) !== '' && !isHouseError(error)) {
      throw new ConfigError(`cannot read ${path} (${errorCode(error)}): the run cannot be read without it`, {
        cause: error,
      });
    }
    throw new ConfigError(`${path} is damaged: remove it, and \`switchyard train\` of the same run writes it again`, {
      cause: error,
    });
  }
}
