import { SafetensorsError } from './errors.ts';

/** Character codes that may stand between the parts of JSON. */
const WHITESPACE: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

/**
 * Reads the JSON of a header from left to right, without recursion and without building objects, so that a repeated key is
 * seen, `__proto__` is a name like any other, and nesting costs nothing. Whatever the format has no use for is refused.
 */
export class HeaderText {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Reads { "key": value, … }, calling `readValue` at each value. */
  object(what: string, readValue: (key: string) => void): void {
    const seen = new Set<string>();
    this.list('{', '}', () => {
      const key = this.string();
      if (seen.has(key)) {
        throw new SafetensorsError(
          'SWITCHYARD_SAFETENSORS_DUPLICATE',
          `${what} has ${JSON.stringify(key)} twice, and the format wants it once; write the file again with a sound library`,
        );
      }
      seen.add(key);
      this.expect(':');
      readValue(key);
    });
  }

  /** Reads [n, …] of integers from 0 to 2^53 − 1. */
  integers(): number[] {
    const numbers: number[] = [];
    this.list('[', ']', () => numbers.push(this.integer()));
    return numbers;
  }

  string(): string {
    this.skipWhitespace();
    const start = this.at;
    if (this.text[start] !== '"') this.fail('a string');
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    let value: unknown;
    try {
      // Only this literal, for its escapes.
      value = JSON.parse(this.text.slice(start, end + 1));
    } catch {
      this.fail('a string');
    }
    if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) this.fail('a string of whole characters');
    this.at = end + 1;
    return value;
  }

  end(): void {
    this.skipWhitespace();
    if (this.at < this.text.length) this.fail('its end');
  }

  private list(open: string, close: string, readItem: () => void): void {
    this.expect(open);
    this.skipWhitespace();
    if (this.text[this.at] === close) {
      this.at++;
      return;
    }
    for (;;) {
      readItem();
      this.skipWhitespace();
      if (this.text[this.at] === close) break;
      this.expect(',');
    }
    this.at++;
  }

  private integer(): number {
    this.skipWhitespace();
    const start = this.at;
    let value = 0;
    for (let digit = this.digit(start); digit >= 0; digit = this.digit(this.at)) {
      value = value * 10 + digit;
      this.at++;
      if (value > Number.MAX_SAFE_INTEGER) {
        throw new SafetensorsError(
          'SWITCHYARD_SAFETENSORS_SIZE',
          `the header has a number above 2^53 - 1 at character ${start}, more than any file holds; the file is damaged or hostile`,
        );
      }
      if (value === 0) break;
    }
    if (this.at === start) this.fail('an integer of at least 0');
    return value;
  }

  private digit(at: number): number {
    const digit = this.text.charCodeAt(at) - 48;
    return digit >= 0 && digit <= 9 ? digit : -1;
  }

  private expect(character: string): void {
    this.skipWhitespace();
    if (this.text[this.at] !== character) this.fail(`'${character}'`);
    this.at++;
  }

  private skipWhitespace(): void {
    while (WHITESPACE.includes(this.text.charCodeAt(this.at))) this.at++;
  }

  private fail(expected: string): never {
    const found = this.at < this.text.length ? JSON.stringify(this.text[this.at]) : 'the end';
    throw new SafetensorsError(
      'SWITCHYARD_SAFETENSORS_JSON',
      `the header has ${found} at character ${this.at}, where ${expected} must stand; the file is damaged or of another format`,
    );
  }
}
