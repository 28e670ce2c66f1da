import { ADDITION, type ContextRule, INCREMENT, REVERSE } from './iarc-row.ts';

const RULES = ['increment', 'addition', 'reverse', 'context'] as const;

/** Why each token of a sequence follows, from the tokens before it. The tokens must be of the vocabulary. */
export function explainIarc(symbols: number, context: ContextRule, tokens: ArrayLike<number>): string[] {
  const sentences: string[] = [];
  /** Positions of the symbols so far. */
  const places: number[] = [];
  let rule = -1;
  let before = 0; // symbols before the control token

  for (let position = 0; position < tokens.length; position++) {
    const token = tokens[position]!;
    if (token >= symbols) {
      rule = token - symbols;
      before = places.length;
      sentences.push(`control token: ${RULES[rule]} from here on; nothing predicts it`);
      continue;
    }
    sentences.push(rule < 0 ? 'the control token lies before the window' : symbolSentence(token));
    places.push(position);
  }
  return sentences;

  function symbolSentence(token: number): string {
    const name = RULES[rule];
    /** The symbol `back` places before this one, or what is missing. */
    const at = (place: number): number | undefined => {
      const position = places[place];
      return position === undefined ? undefined : tokens[position];
    };
    const count = places.length;
    const last = at(count - 1);
    const found = (value: number | undefined, how: (value: number) => string): string => {
      if (value === undefined) return `${name}: what it refers to lies before the window`;
      return `${name}: ${how(value)}`;
    };
    const result = (value: number): string => (value === token ? `${value}` : `${value}, but ${token} stands here`);
    const sum = (a: number, b: number, note = ''): string =>
      `${a} + ${b}${note} = ${result((a + b) % symbols)} (mod ${symbols})`;

    if (rule === INCREMENT) return found(last, (value) => sum(value, 1));
    if (rule === ADDITION) return found(at(count - 2), (value) => sum(last!, value));
    if (rule === REVERSE) {
      const k = count - before + 1;
      const place = before - k;
      return found(at(place), (value) => `symbol ${k} after R repeats symbol ${k} back from it, ${result(value)}`);
    }
    if (context === 'anchor') return found(at(before - 1), (value) => sum(last!, value, ', the last symbol before C,'));
    if (last === undefined) return found(last, String);
    return found(at(count - 2 - last), (value) => `${last} points ${1 + last} back from itself, to ${result(value)}`);
  }
}
