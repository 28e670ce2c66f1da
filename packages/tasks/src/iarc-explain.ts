import { ADDITION, type ContextRule, INCREMENT, REVERSE } from './iarc-row.ts';

const RULES = ['increment', 'addition', 'reverse', 'context'] as const;

/** Why each token of a sequence follows, from the tokens before it. The tokens must be of the vocabulary. */
export function explainIarc(symbols: number, context: ContextRule, tokens: ArrayLike<number>): string[] {
  const history: number[] = [];
  let rule = -1;
  let before = 0; // symbols before the control token

  return Array.from(tokens, (token) => {
    if (token >= symbols) {
      rule = token - symbols;
      before = history.length;
      return `control token: ${RULES[rule]} from here on; nothing predicts it`;
    }
    const missing = 'what it refers to lies before the window';
    const sentence =
      rule < 0 ? 'the control token lies before the window' : `${RULES[rule]}: ${reason(token) ?? missing}`;
    history.push(token);
    return sentence;
  });

  function reason(token: number): string | undefined {
    const result = (value: number): string => (value === token ? `${value}` : `${value}, but ${token} stands here`);
    const sum = (a: number, b: number, note = ''): string =>
      `${a} + ${b}${note} = ${result((a + b) % symbols)} (mod ${symbols})`;

    const last = history.at(-1);
    if (last === undefined) return undefined;
    if (rule === INCREMENT) return sum(last, 1);
    if (rule === ADDITION) {
      const secondLast = history.at(-2);
      return secondLast === undefined ? undefined : sum(last, secondLast);
    }
    if (rule === REVERSE) {
      const k = history.length - before + 1;
      const source = history[before - k];
      return source === undefined
        ? undefined
        : `symbol ${k} after R repeats symbol ${k} back from it, ${result(source)}`;
    }
    if (context === 'anchor') {
      const anchor = history[before - 1];
      return anchor === undefined ? undefined : sum(last, anchor, ', the last symbol before C,');
    }
    const target = history.at(-2 - last);
    return target === undefined ? undefined : `${last} points ${1 + last} back from itself, to ${result(target)}`;
  }
}
