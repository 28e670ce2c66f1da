// What no single field can tell: rules between the keys of a config. Each adds an issue that states rule and remedy.

interface Check<Config> {
  readonly value: Config;
  readonly issues: { push(issue: { code: 'custom'; message: string; input: unknown; path: string[] }): unknown };
}

function reject<Config extends object>(check: Check<Config>, key: string & keyof Config, message: string): void {
  check.issues.push({ code: 'custom', message, input: check.value[key], path: [key] });
}

/** A one-hot vector must hold a place for every token. */
export function embeddingFitsWidth(check: Check<{ embedding: string; vocabulary: number; width: number }>): void {
  const { embedding, vocabulary, width } = check.value;
  if (embedding === 'one-hot' && width < vocabulary) {
    reject(check, 'width', `must be at least vocabulary (${vocabulary}) for embedding one-hot, received ${width}`);
  }
}

interface AttentionKeys {
  readonly width: number;
  readonly heads: number;
  readonly attention: string;
  readonly normalizeWeights: boolean;
}

/** Every head takes an equal share of the width; rotary positions turn it pair by pair, so it must be even for them. */
export function headsFitWidth(check: Check<AttentionKeys & { positions?: string }>): void {
  const { width, heads, positions } = check.value;
  if (width % heads !== 0) {
    reject(
      check,
      'width',
      `must be a multiple of heads (${heads}), received ${width}: choose ${neighbours(width, heads)}`,
    );
  } else if (positions === 'rotary' && (width / heads) % 2 !== 0) {
    const choice = neighbours(width, 2 * heads);
    reject(
      check,
      'width',
      `must give heads of even length for rotary positions, received ${width} / ${heads}: choose ${choice}`,
    );
  }
}

/** The multiples of `step` on both sides of `value`. */
function neighbours(value: number, step: number): string {
  const above = Math.ceil(value / step) * step;
  return above > step ? `${above - step} or ${above}` : `${above}`;
}

/** Only expressive attention can leave its rows as they are. */
export function rowsMayBeRaw(check: Check<AttentionKeys>): void {
  const { attention, normalizeWeights } = check.value;
  if (!normalizeWeights && attention !== 'ea') {
    reject(check, 'normalizeWeights', `can be false with attention ea only, received attention ${attention}`);
  }
}
