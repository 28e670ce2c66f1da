import { z } from 'zod';
import type { Timing } from '../peers/interleave.ts';
import { type NamedStepConfig, namedStepConfigSchema } from '../step-config.ts';
import { machineSchema } from './machine.ts';
import { median, quartiles } from './statistics.ts';
import { targets } from './targets.ts';

/** Ours: every ratio is the time of another participant divided by this one's. */
export const reference = 'simd';

const milliseconds = z.number().positive();
const range = z.tuple([z.number(), z.number()]);

const measurementSchema = z.strictObject({
  parameters: z.int().positive(),
  /** Milliseconds of one step in every round; round i of all participants happened at about the same time. */
  rounds: z.array(milliseconds).min(1),
  median: milliseconds,
  quartiles: range,
  /** Its median divided by that of `simd`: above 1 means that `simd` is faster. Missing from `simd` itself. */
  ratio: z.number().positive().optional(),
  /** Of the ratios within the rounds. */
  ratioQuartiles: range.optional(),
});

export type Measurement = z.infer<typeof measurementSchema>;

/** `benchmarks/results/step.json`: what a run of `bench peers` measured. */
export const stepResultSchema = z.strictObject({
  benchmark: z.literal('step'),
  date: z.iso.datetime(),
  machine: machineSchema,
  rounds: z.int().positive(),
  secondsPerRound: z.number().positive(),
  participants: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      library: z.string(),
      threads: z.int().positive().optional(),
    }),
  ),
  /** Who could not run on this machine. */
  leftOut: z.array(z.strictObject({ name: z.string(), title: z.string(), reason: z.string() })),
  configs: z.array(
    z.strictObject({
      config: namedStepConfigSchema,
      measurements: z.record(z.string(), measurementSchema),
      /** Participants that were left out of this configuration, and why. */
      skipped: z.record(z.string(), z.string()),
    }),
  ),
  targets: z.array(
    z.strictObject({
      config: z.string(),
      peer: z.string(),
      atLeast: z.number().positive(),
      ratio: z.number().positive(),
      reached: z.boolean(),
    }),
  ),
});

export type StepResult = z.infer<typeof stepResultSchema>;
export type ConfigResult = StepResult['configs'][number];

/** Medians, spreads and ratios of the timings of one configuration. */
export function summarizeConfig(config: NamedStepConfig, timings: ReadonlyMap<string, Timing>): ConfigResult {
  const measurements: Record<string, Measurement> = {};
  const skipped: Record<string, string> = {};
  const ours = timings.get(reference);
  const base = ours !== undefined && 'rounds' in ours ? ours.rounds : undefined;
  for (const [name, timing] of timings) {
    if ('skipped' in timing) skipped[name] = timing.skipped;
    else
      measurements[name] = {
        ...summarizeRounds(timing),
        ...(name !== reference && base && compare(timing.rounds, base)),
      };
  }
  return { config, measurements, skipped };
}

function summarizeRounds({ parameters, rounds }: { parameters: number; rounds: readonly number[] }): Measurement {
  return { parameters, rounds: [...rounds], median: round(median(rounds)), quartiles: roundAll(quartiles(rounds)) };
}

function compare(theirs: readonly number[], ours: readonly number[]): Pick<Measurement, 'ratio' | 'ratioQuartiles'> {
  const withinRounds = theirs.map((ms, index) => ms / ours[index]!);
  return { ratio: round(median(theirs) / median(ours)), ratioQuartiles: roundAll(quartiles(withinRounds)) };
}

/** The targets whose configuration and peer were measured, with what was reached. */
export function judgeTargets(configs: readonly ConfigResult[]): StepResult['targets'] {
  return targets.flatMap((target) => {
    const ratio = configs.find(({ config }) => config.name === target.config)?.measurements[target.peer]?.ratio;
    return ratio === undefined ? [] : [{ ...target, ratio, reached: ratio >= target.atLeast }];
  });
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function roundAll([low, high]: readonly [number, number]): [number, number] {
  return [round(low), round(high)];
}
