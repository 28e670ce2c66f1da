import { TaskError } from '../errors.ts';
import type { Tokenizer } from './tokenizer.ts';
import { characterLabel, noToken, toBytes } from './utf8.ts';

/** The characters (code points) of texts or pieces of texts, each once, in the order of their codes. */
export function charactersOf(documents: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const document of documents) for (const character of document) found.add(character);
  return [...found].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}

/**
 * One token for each of these characters. A text with another character has no tokens.
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` unless each is one character (code point) and stands there once
 */
export function characterTokenizer(characters: readonly string[]): Tokenizer {
  const ids = new Map(characters.map((character, id) => [character, id]));
  const wrong = characters.find((character, id) => [...character].length !== 1 || ids.get(character) !== id);
  if (wrong !== undefined || characters.length === 0) {
    throw new TaskError(
      'SWITCHYARD_TASK_OPTION',
      `characterTokenizer: ${wrong === undefined ? 'there are no characters' : `'${wrong}' is not one character, or stands there twice`}; pass the characters of a text, each once`,
    );
  }
  return {
    kind: 'characters',
    labels: characters.map(characterLabel),
    bytes: characters.map((character) => toBytes(character).length),
    encode(text) {
      return Array.from(text, (character, position) => {
        const id = ids.get(character);
        if (id !== undefined) return id;
        throw new TaskError(
          'SWITCHYARD_TASK_TEXT',
          `character ${position + 1} of the text is '${characterLabel(character)}', which the tokenizer has no token for: it knows ${known(characters)}; leave it out, or take tokenizer bytes or bpe, which know every text`,
        );
      });
    },
    settled: ({ length }) => length,
    decode(tokens) {
      return Array.from(tokens, (token, position) => {
        const character = characters[token];
        if (character === undefined) throw noToken(token, position, characters.length);
        return character;
      }).join('');
    },
    toJSON: () => ({ kind: 'characters', characters }),
  };
}

/** The characters in a line, the first of them where they are many. */
function known(characters: readonly string[]): string {
  const shown = characters.slice(0, 100).map(characterLabel).join(' ');
  return characters.length > 100 ? `${shown} and ${characters.length - 100} more` : shown;
}
