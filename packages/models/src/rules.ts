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
export function headsFitWidth(check: Check<Pick<AttentionKeys, 'width' | 'heads'> & { positions?: string }>): void {
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

/** An image is cut into whole patches. */
export function patchesFitImage(check: Check<{ image: number; patch: number }>): void {
  const { image, patch } = check.value;
  if (image % patch === 0) return;
  const choice = neighbours(image, patch);
  reject(check, 'image', `must be a multiple of patch (${patch}), received ${image}: choose ${choice}`);
}

/** Half of a time token are cosines, half sines. */
export function widthIsEven(check: Check<{ width: number }>): void {
  const { width } = check.value;
  if (width % 2 !== 0) {
    reject(check, 'width', `must be even, for a time token of cosines and sines, received ${width}`);
  }
}

/** A model is told a class or a context, not both; context tokens have a width, and the width belongs to tokens. */
export function oneCondition(check: Check<{ classes: number; contextTokens: number; contextWidth: number }>): void {
  const { classes, contextTokens, contextWidth } = check.value;
  if (classes > 0 && contextTokens > 0) {
    reject(check, 'contextTokens', `must be 0 for a model of classes (${classes}), received ${contextTokens}`);
  } else if (contextTokens > 0 !== contextWidth > 0) {
    const rule = contextTokens > 0 ? 'at least 1' : '0';
    reject(check, 'contextWidth', `must be ${rule} with contextTokens ${contextTokens}, received ${contextWidth}`);
  }
}
