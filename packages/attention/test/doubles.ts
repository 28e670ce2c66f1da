import { alibiSlopes, type Mechanism } from '../src/index.ts';

/** Sizes and options of one call, with plain numbers for tensors. */
export interface Problem {
  batch: number;
  heads: number;
  queries: number;
  keys: number;
  width: number;
  scale: number;
  causal: boolean;
  alibi: boolean;
  normalizeWeights: boolean;
  /** 0/1 of [batch, heads, queries, keys] */
  mask: number[] | undefined;
}

/**
 * The weights of a mechanism in double precision and nothing but loops: an implementation that shares no code with the
 * package, precise enough for finite differences.
 */
export function weightsInDoubles(mechanism: Mechanism, q: number[], k: number[], problem: Problem): number[] {
  const { batch, heads, queries, keys, width } = problem;
  const slopes = alibiSlopes(heads);
  const weights: number[] = [];
  for (let b = 0; b < batch * heads; b++) {
    for (let i = 0; i < queries; i++) {
      const row: Score[] = [];
      for (let j = 0; j < keys; j++) {
        let dot = 0;
        for (let d = 0; d < width; d++) dot += q[(b * queries + i) * width + d]! * k[(b * keys + j) * width + d]!;
        const distance = i + keys - queries - j;
        const masked = problem.mask?.[(b * queries + i) * keys + j] === 0;
        row.push({
          logit: problem.scale * dot,
          reachable: !masked && (!problem.causal || distance >= 0),
          penalty: problem.alibi ? slopes[b % heads]! * Math.abs(distance) : 0,
        });
      }
      weights.push(...rules[mechanism](row, problem.normalizeWeights));
    }
  }
  return weights;
}

/** o = w·v */
export function outputInDoubles(w: number[], v: number[], { batch, heads, queries, keys, width }: Problem): number[] {
  const output: number[] = [];
  for (let b = 0; b < batch * heads; b++) {
    for (let i = 0; i < queries; i++) {
      for (let d = 0; d < width; d++) {
        let sum = 0;
        for (let j = 0; j < keys; j++) sum += w[(b * queries + i) * keys + j]! * v[(b * keys + j) * width + d]!;
        output.push(sum);
      }
    }
  }
  return output;
}

interface Score {
  logit: number;
  reachable: boolean;
  penalty: number;
}

const rules: Record<Mechanism, (row: Score[], normalizeWeights: boolean) => number[]> = {
  dpa: (row) =>
    softmax(row.map(({ logit, reachable, penalty }) => (reachable ? logit - penalty : Number.NEGATIVE_INFINITY))),
  ea: (row, normalizeWeights) => {
    const scores = row.map(({ logit, reachable, penalty }) =>
      reachable ? (logit ** 2 / (1 + logit ** 2)) * Math.exp(-penalty) : 0,
    );
    const total = normalizeWeights ? sum(scores) + 1e-9 : 1;
    return scores.map((score) => score / total);
  },
  cog,
  'dpa-plus-one': (row) => {
    const exponentials = row.map(({ logit, reachable, penalty }) => (reachable ? Math.exp(logit - penalty) : 0));
    return exponentials.map((value) => value / (1 + sum(exponentials)));
  },
  'signed-unit': (row) => {
    const weights = cog(row);
    const share = (1 - sum(weights)) / row.filter(({ reachable }) => reachable).length;
    return weights.map((weight, j) => (row[j]!.reachable ? weight + share : 0));
  },
};

function cog(row: Score[]): number[] {
  const magnitudes = softmax(
    row.map(({ logit, reachable, penalty }) => (reachable ? Math.abs(logit) - penalty : Number.NEGATIVE_INFINITY)),
  );
  return row.map(({ logit }, j) => Math.sign(logit) * magnitudes[j]!);
}

/** Zeros where no logit is finite. */
function softmax(logits: number[]): number[] {
  const largest = Math.max(...logits);
  if (largest === Number.NEGATIVE_INFINITY) return logits.map(() => 0);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const total = sum(exponentials);
  return exponentials.map((value) => value / total);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
