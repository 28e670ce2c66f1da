import { createStream } from '@switchyard/random';
import type { ReportRow } from '../src/report/cells.ts';
import type { CurvePoint, Measures } from '../src/store/result.ts';
import { combinations } from '../src/study/levels.ts';
import type { Study } from '../src/study/load-study.ts';
import { type Factors, type StudyConfig, studySchema } from '../src/study/schema.ts';

/** A study as `loadStudy` gives it, without a file. */
export function sampleStudy(config: Record<string, unknown> & Pick<StudyConfig, 'name' | 'claim'>): Study {
  const parsed = studySchema.parse(config);
  const seeds = typeof parsed.seeds === 'number' ? Array.from({ length: parsed.seeds }, (_, k) => k) : parsed.seeds;
  const directory = `studies/${parsed.name}`;
  return { ...parsed, seeds, selectionSeeds: parsed.select ? [1000] : [], directory, path: `${directory}/study.yaml` };
}

const rules = ['increment', 'addition', 'reverse', 'context'];

/** A finished run of this accuracy, learned over `points` evaluations. */
export function sampleRun(accuracy: number, options: { steps?: number; points?: number; parameters?: number } = {}) {
  const { steps = 20_000, points = 12, parameters = 31_000 } = options;
  const at = (share: number) => {
    const value = 1 / 16 + (accuracy - 1 / 16) * share;
    const perRule = rules.map(
      (rule, index) => [rule, Math.min(1, Math.max(1 / 16, value + 0.12 - index * 0.08))] as const,
    );
    return { loss: 3 * (1 - value), accuracy: value, visibleAccuracy: Math.min(1, value + 0.02), perRule };
  };
  const curve: CurvePoint[] = Array.from({ length: points }, (_, index) => {
    const done = (index + 1) / points;
    const { perRule, ...scores } = at((1 - Math.exp(-4 * done)) / (1 - Math.exp(-4)));
    return { step: Math.round(steps * done), ...scores, accuracyPerRule: Object.fromEntries(perRule) };
  });
  const { perRule, ...scores } = at(1);
  const values = { ...scores, ...Object.fromEntries(perRule.map(([rule, value]) => [`accuracy.${rule}`, value])) };
  const result: Measures = {
    metrics: { final: values, best: values },
    steps,
    stoppedEarly: false,
    parameters,
    trainingTokens: steps * 2000,
    seconds: 400,
    backend: 'simd',
    chance: 1 / 16,
  };
  return { result, curve };
}

/** The final rows of a study, all done, with an accuracy for each combination and noise over its seeds. */
export function sampleRows(study: Study, accuracyOf: (factors: Factors) => number, noise = 0.01): ReportRow[] {
  const stream = createStream('sample').fork(study.name);
  return combinations(study).flatMap((factors) =>
    study.seeds.map((seed): ReportRow => {
      const deviation = stream.fork(JSON.stringify(factors), seed).fill(new Float32Array(1), 'normal')[0]!;
      const { result, curve } = sampleRun(Math.min(1, Math.max(0.03, accuracyOf(factors) + noise * deviation)));
      return { phase: 'final', factors, seed, status: 'done', attempts: 1, result, curve: () => curve };
    }),
  );
}

const contexts = ['anchor', 'pointer'];

const architectures = [
  ...['mlp', 'lstm', 'transformer-dpa', 'transformer-ea', 'transformer-cog'],
  ...['cisformer-dpa', 'cisformer-ea', 'cisformer-cog'],
];

const accuracies: Readonly<Record<string, number>> = {
  ...{ mlp: 0.857, lstm: 0.86, 'transformer-dpa': 0.84, 'transformer-ea': 0.68, 'transformer-cog': 0.79 },
  ...{ 'cisformer-dpa': 0.9, 'cisformer-ea': 0.8, 'cisformer-cog': 0.75 },
};

/** Eight architectures under two context rules, with three comparisons. */
export function architectureStudy(seeds = 5): { study: Study; rows: ReportRow[] } {
  const study = sampleStudy({
    name: 'iarc-architectures',
    claim: 'Cisformer with expressive attention reaches about 95 % on IARC; every other architecture stays modest.',
    papers: [1, 2, 3],
    base: { task: { kind: 'iarc' }, window: 20, batchSize: 100 },
    factors: {
      architecture: Object.fromEntries(architectures.map((name) => [name, { model: { kind: name.split('-')[0] } }])),
      'task.context': contexts,
    },
    seeds,
    budget: { steps: 20_000 },
    test: {
      comparisons: [
        { claim: 3, a: { architecture: 'cisformer-ea' }, than: 0.95 },
        { claim: 3, a: { architecture: 'cisformer-ea' }, b: { architecture: 'transformer-dpa' } },
        {
          ...{ claim: 2, direction: 'similar', margin: 0.02 },
          a: { architecture: 'mlp', 'task.context': 'pointer' },
          b: { architecture: 'lstm', 'task.context': 'pointer' },
        },
      ],
    },
  });
  const shift = (factors: Factors) => (factors['task.context'] === 'anchor' ? 0.08 : 0);
  return { study, rows: sampleRows(study, (factors) => accuracies[String(factors.architecture)]! + shift(factors)) };
}

const eaAndDpa = { a: { 'model.attention': 'ea' }, b: { 'model.attention': 'dpa' } };

/** Delayed sums over N and τ, under three mechanisms, with a comparison of every kind. */
export function ladderStudy(seeds = 5): { study: Study; rows: ReportRow[] } {
  const study = sampleStudy({
    name: 'nt-ladder',
    claim: 'Expressive attention climbs further.',
    papers: [4, 5, 6],
    base: { task: { kind: 'delayed-sum' } },
    factors: { 'model.attention': ['dpa', 'ea', 'cog'], 'task.symbols': [2, 4, 8, 16], 'task.delay': [1, 2, 4, 8, 12] },
    seeds,
    test: {
      comparisons: [
        { claim: 4, ...eaAndDpa, each: ['task.symbols', 'task.delay'], direction: 'notLess', margin: 0.02 },
        { claim: 5, ...eaAndDpa, slope: 'task.delay', each: ['task.symbols'] },
        { claim: 5, ...eaAndDpa, slope: 'task.symbols', name: 'Along the number of symbols' },
        { claim: 6, ...eaAndDpa, reaches: 0.99 },
        { a: { 'model.attention': 'cog' }, than: 0.2, reaches: 0.95 },
      ],
    },
  });
  const speed = { dpa: 1, ea: 0.8, cog: 1.2 } as const;
  return {
    study,
    rows: sampleRows(
      study,
      (factors) => {
        const mechanism = factors['model.attention'] as keyof typeof speed;
        const hard = (Math.log2(Number(factors['task.symbols'])) * Number(factors['task.delay'])) / 16;
        return (
          1 / Number(factors['task.symbols']) +
          (1 - 1 / Number(factors['task.symbols'])) / (1 + Math.exp((hard - speed[mechanism]) * 4))
        );
      },
      0.015,
    ),
  };
}

/** Four architectures under a design of readings of the task. */
export function screeningStudy(): { study: Study; rows: ReportRow[] } {
  const study = sampleStudy({
    name: 'iarc-reconstruction',
    claim: 'Under some reading of IARC the cisformer with expressive attention nears 95 % and all others are modest.',
    papers: [2, 3],
    factors: {
      architecture: Object.fromEntries(
        ['lstm', 'transformer-dpa', 'transformer-ea', 'cisformer-dpa', 'cisformer-ea'].map((name) => [name, {}]),
      ),
      'task.context': contexts,
      optimizer: { 'sgd-momentum': { optimizer: { kind: 'sgd' } }, adamw: { optimizer: { kind: 'adamw' } } },
      'model.normalization': ['layer', 'none'],
      'model.embedding': ['learned', 'one-hot'],
      'model.heads': [1, 4],
    },
    seeds: 2,
  });
  return {
    study,
    rows: sampleRows(
      study,
      (factors) => {
        const plain = factors.optimizer === 'sgd-momentum' && factors['model.normalization'] === 'none';
        const isEa = String(factors.architecture).endsWith('ea');
        const base = accuracies[String(factors.architecture)]!;
        const context = factors['task.context'] === 'anchor' ? 0.05 : -0.02;
        const orthogonal = factors['model.embedding'] === 'one-hot' ? 0.03 : 0;
        return Math.min(1, base + context + (plain ? (isEa ? 0.12 : -0.12) : 0) + (isEa ? orthogonal : -orthogonal));
      },
      0.01,
    ),
  };
}
