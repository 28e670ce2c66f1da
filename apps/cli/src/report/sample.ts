import type { Comparison } from './comparison.ts';

/** A comparison with invented numbers, for tests of the report. */
export function sampleComparison(): Comparison {
  const rules = ['increment', 'addition', 'reverse', 'context'];
  const names: [string, string][] = [
    ['mlp', 'MLP'],
    ['lstm', 'LSTM'],
    ['transformer-dpa', 'Transformer DPA'],
    ['transformer-ea', 'Transformer EA'],
    ['transformer-cog', 'Transformer Cog'],
    ['cisformer-dpa', 'Cisformer DPA'],
    ['cisformer-ea', 'Cisformer EA'],
  ];
  return {
    command: 'switchyard compare --seed 1',
    seed: 1,
    backend: 'simd',
    task: { kind: 'iarc', symbols: 16, context: 'pointer', switching: 'geometric', switchProbability: 0.125 },
    window: 20,
    batchSize: 100,
    steps: 1500,
    chance: 1 / 16,
    targets: { count: 1765, visible: 1620 },
    targetsPerRule: Object.fromEntries(rules.map((rule, index) => [rule, { count: 441, visible: 430 - index * 20 }])),
    machine: 'Node 20.20.2, linux x64, 2 cores',
    models: names.map(([name, label], index) => {
      const accuracy = 0.42 + ((index * 5) % 7) * 0.055;
      return {
        name,
        label,
        learningRate: 0.002,
        parameters: 27_316 * (index + 1),
        seconds: 31 + index * 11,
        loss: 1.2,
        accuracy,
        accuracyPerRule: Object.fromEntries(
          rules.map((rule, column) => [rule, Math.min(1, Math.max(0.07, accuracy + 0.3 - column * 0.18))]),
        ),
        visibleAccuracy: accuracy + 0.04,
        curve: Array.from({ length: 16 }, (_, step) => ({
          step: step * 100,
          loss: 3 - step / 10,
          accuracy:
            1 / 16 +
            ((accuracy - 1 / 16) * (1 - Math.exp((-step * (2 + (index % 3))) / 8))) /
              (1 - Math.exp((-15 * (2 + (index % 3))) / 8)),
        })),
      };
    }),
  };
}
