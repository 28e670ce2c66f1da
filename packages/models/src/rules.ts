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

interface HeadKeys {
  readonly width: number;
  readonly heads: number;
}

interface AttentionKeys extends HeadKeys {
  readonly attention: string;
  readonly normalizeWeights: boolean;
}

interface LayerKeys {
  readonly depth: number;
  readonly attention: string;
  readonly ends: string;
  readonly normalizeWeights: boolean;
  readonly layers?: readonly string[] | undefined;
}

/** One mechanism for every block. */
export function layersFitDepth(check: Check<LayerKeys>): void {
  const { depth, layers } = check.value;
  if (layers !== undefined && layers.length !== depth) {
    reject(check, 'layers', `must name the mechanism of every block (depth ${depth}), received ${layers.length}`);
  }
}

/** As {@link rowsMayBeRaw}, where every block has a mechanism of its own. */
export function rowsMayBeRawSomewhere(check: Check<LayerKeys>): void {
  const { attention, ends, layers = [ends, attention], normalizeWeights } = check.value;
  if (!normalizeWeights && !layers.includes('ea')) {
    reject(check, 'normalizeWeights', `can be false with attention ea only, received ${layers.join(', ')}`);
  }
}

/** A separator is a token of the vocabulary. */
export function separatorIsToken(check: Check<{ vocabulary: number; documentSeparator?: number | undefined }>): void {
  const { vocabulary, documentSeparator } = check.value;
  if (documentSeparator !== undefined && documentSeparator >= vocabulary) {
    reject(check, 'documentSeparator', `must be below vocabulary (${vocabulary}), received ${documentSeparator}`);
  }
}

/** {@link headsFitWidth} for a model whose positions are always rotary. */
export function headsTurn(check: Check<HeadKeys>): void {
  splitsEvenly(check, true);
}

/** Every head takes an equal share of the width; rotary positions turn it pair by pair, so it must be even for them. */
export function headsFitWidth(check: Check<HeadKeys & { positions?: string }>): void {
  splitsEvenly(check, check.value.positions === 'rotary');
}

function splitsEvenly(check: Check<HeadKeys>, inPairs: boolean): void {
  const { width, heads } = check.value;
  if (width % heads !== 0) {
    reject(
      check,
      'width',
      `must be a multiple of heads (${heads}), received ${width}: choose ${neighbours(width, heads)}`,
    );
  } else if (inPairs && (width / heads) % 2 !== 0) {
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
