import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { BenchmarkError } from '../errors.ts';
import type { BenchmarkFlags } from '../main.ts';
import { stepResultFile, writeResult } from '../results/files.ts';
import { describeMachine } from '../results/machine.ts';
import { judgeTargets, reference, type StepResult, stepResultSchema, summarizeConfig } from '../results/step-result.ts';
import { describeRun, stepTable, targetTable } from '../results/table.ts';
import { type NamedStepConfig, readPeerConfigs } from '../step-config.ts';
import { measureInTurns, type Plan } from './interleave.ts';
import { type Participant, type ParticipantSpec, startParticipant } from './participant.ts';
import { participants } from './participants.ts';
import { createProgress } from './progress.ts';

/** Fewer rounds make no medians worth keeping. */
const fewestRounds = 7;

/**
 * Times a training step of every configuration with every participant that runs here, in turns. Prints the numbers of each configuration
 * as a line of JSON on stdout, progress and tables on stderr. Writes `benchmarks/results/step.json` when everything was measured, or the
 * file that `--output` names.
 */
export async function benchmarkPeers({ only, participants: names, rounds, output }: BenchmarkFlags): Promise<void> {
  const configs = chooseConfigs(only);
  const specs = chooseParticipants(names);
  const plan = { rounds: parseRounds(rounds), seconds: 0.3 };
  const complete = only === undefined && names === undefined && plan.rounds >= fewestRounds;
  const file = output ?? (complete ? fileURLToPath(stepResultFile) : undefined);

  const result = await measurePeers(configs, specs, plan);
  for (const part of [stepTable(result), targetTable(result), describeRun(result)]) console.error(`\n${part}`);
  if (file === undefined) {
    console.error(
      `\nPart of the benchmark, or fewer than ${fewestRounds} rounds: written only to a file that --output names.`,
    );
  } else {
    writeResult(file, result);
    console.error(`\nWritten to ${file}. The READMEs take its table with: pnpm -s bench tables`);
  }
}

async function measurePeers(
  configs: readonly NamedStepConfig[],
  specs: readonly ParticipantSpec[],
  plan: Plan,
): Promise<StepResult> {
  // Participants end with this process, and nothing is written before the last of them is done.
  const exit = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, exit);
  const machine = describeMachine();
  const [load] = machine.loadAverage;
  if (load > 1)
    console.error(`Load average ${load}: others are at work here, and hurt most whose threads wait by spinning.`);
  const { present, leftOut } = await startAll(specs);
  const progress = createProgress(process.stderr, configs.length, plan);
  const results: StepResult['configs'] = [];
  for (const config of configs) {
    const result = summarizeConfig(config, await measureInTurns(config, present, plan, progress.show));
    progress.clear();
    console.log(JSON.stringify(result));
    for (const [name, reason] of Object.entries(result.skipped)) {
      console.error(`${config.name}: without ${name}, ${reason}`);
    }
    results.push(result);
  }
  await Promise.all(present.map((participant) => participant.stop()));
  return stepResultSchema.parse({
    benchmark: 'step',
    date: new Date().toISOString(),
    machine,
    rounds: plan.rounds,
    secondsPerRound: plan.seconds,
    participants: present.map(({ name, title, library, threads }) => ({ name, title, library, threads })),
    leftOut,
    configs: results,
    targets: judgeTargets(results),
  } satisfies StepResult);
}

async function startAll(
  specs: readonly ParticipantSpec[],
): Promise<{ present: Participant[]; leftOut: StepResult['leftOut'] }> {
  const present: Participant[] = [];
  const leftOut: StepResult['leftOut'] = [];
  for (const spec of specs) {
    try {
      present.push(await startParticipant(spec));
    } catch (error) {
      if (!(error instanceof BenchmarkError) || spec.name === reference) throw error;
      leftOut.push({ name: spec.name, title: spec.title, reason: error.message });
      console.error(`without ${spec.name}: ${error.message}`);
    }
  }
  return { present, leftOut };
}

function chooseConfigs(only: string | undefined): NamedStepConfig[] {
  const configs = readPeerConfigs();
  const chosen = configs.filter(({ name }) => only === undefined || name.includes(only));
  if (chosen.length > 0) return chosen;
  throw usage(`--only ${only}: it must be part of one of ${configs.map(({ name }) => name).join(', ')}`);
}

function chooseParticipants(list: string | undefined): readonly ParticipantSpec[] {
  if (list === undefined) return participants;
  const wanted = new Set([reference, ...list.split(',')]);
  const chosen = participants.filter(({ name }) => wanted.delete(name));
  if (wanted.size === 0) return chosen;
  const known = participants.map(({ name }) => name).join(', ');
  throw usage(`--participants ${list}: ${[...wanted].join(', ')} is none of ${known}; separate names with commas`);
}

function parseRounds(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw usage(`--rounds ${text}: it must be a whole number from 1 to 9999`);
}

function usage(message: string): BenchmarkError {
  return new BenchmarkError('SWITCHYARD_BENCHMARK_USAGE', message);
}
