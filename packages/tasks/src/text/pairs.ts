/** A pair of tokens as one number; its order is that of left, then right. Tokens are below 2^16. */
export function pairKey(left: number, right: number): number {
  return left * 2 ** 16 + right;
}

/** The tokens with every occurrence of a pair, from the left, made one token. */
export function merged(tokens: readonly number[], [left, right]: readonly [number, number], token: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] === left && tokens[i + 1] === right) {
      result.push(token);
      i++;
    } else result.push(tokens[i]!);
  }
  return result;
}
