import { z } from 'zod';

/** Texts that ship with this package, by name; corpora/README.md says where they are from. */
export const corpora = ['moby-dick'] as const;

/** Tokens that byte pairs are learnt to, unless told otherwise. */
export const defaultVocabulary = 1024;

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
