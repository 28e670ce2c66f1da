import { bytePairTokenizer } from './byte-pair-tokenizer.ts';
import { byteTokenizer } from './byte-tokenizer.ts';
import { characterTokenizer } from './character-tokenizer.ts';
import type { Tokenizer, TokenizerData } from './tokenizer.ts';

/**
 * The tokenizer that `toJSON` gave the data of.
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for characters or pairs that make none
 */
export function tokenizerFrom(data: TokenizerData): Tokenizer {
  switch (data.kind) {
    case 'bytes':
      return byteTokenizer();
    case 'characters':
      return characterTokenizer(data.characters);
    case 'bpe':
      return bytePairTokenizer(data.merges);
  }
}
