import { TaskError } from '../errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // a byte order mark is text like any other

/** A text as UTF-8. (Half a surrogate pair, which is no character, becomes U+FFFD.) */
export function toBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** UTF-8 as text, with U+FFFD for bytes that are none. */
export function toText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

const escapes: Record<string, string> = { ' ': '␣', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A character as a label that shows what it is: spaces and control characters have names. */
export function characterLabel(character: string): string {
  const code = character.codePointAt(0)!;
  const control = code < 32 || (code >= 127 && code < 160);
  return escapes[character] ?? (control ? `0x${code.toString(16).padStart(2, '0')}` : character);
}

/** Bytes as a label: their text where they are whole characters, else their numbers. */
export function bytesLabel(bytes: Uint8Array): string {
  const text = toText(bytes);
  if (!text.includes('\ufffd')) return [...text].map(characterLabel).join('');
  return `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The error for an id that a tokenizer does not have. */
export function noToken(token: number, position: number, size: number): TaskError {
  return new TaskError(
    'SWITCHYARD_TASK_TOKEN',
    `the token at position ${position} is ${token}, but ids of the tokenizer go from 0 to ${size - 1}; pass tokens of text`,
  );
}
