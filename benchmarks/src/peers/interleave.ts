import { setTimeout as delay } from 'node:timers/promises';
import type { NamedStepConfig } from '../step-config.ts';
import type { Participant } from './participant.ts';

export interface Plan {
  readonly rounds: number;
  /** Length of a participant's turn in a round. */
  readonly seconds: number;
}

/** What a participant took for one configuration: milliseconds of a step in every round, or why it was left out. */
export type Timing = { readonly parameters: number; readonly rounds: readonly number[] } | { readonly skipped: string };

export interface Moment {
  readonly config: string;
  /** From 1; 0 while models are built. */
  readonly round: number;
  readonly participant: string;
}

/** Whoever takes longer for one step is left out of a configuration: the answer is known, and would take minutes. */
const longestStep = 15_000;

/** Before each turn: threads of the last one may spin for up to 10 ms (PyTorch's do) before they sleep. */
const settle = 25;

/**
 * Times one configuration in turns: all get ready one after the other, then every round measures each of them once, so that a slow
 * moment of the machine hurts all alike. The order rotates from round to round.
 */
export async function measureInTurns(
  config: NamedStepConfig,
  participants: readonly Participant[],
  { rounds, seconds }: Plan,
  onMoment: (moment: Moment) => void = () => {},
): Promise<Map<string, Timing>> {
  const timings = new Map<string, Timing>();
  const ready: { participant: Participant; warmUp: number; times: number[] }[] = [];
  for (const participant of participants) {
    onMoment({ config: config.name, round: 0, participant: participant.name });
    const { parameters, ms } = await participant.prepare(config);
    if (ms > longestStep) {
      timings.set(participant.name, { skipped: `a step takes ${(ms / 1e3).toPrecision(2)} s` });
      continue;
    }
    const times: number[] = [];
    timings.set(participant.name, { parameters, rounds: times });
    // Caches have forgotten it when its turn comes; a step that fills the whole turn does not notice.
    ready.push({ participant, times, warmUp: ms < seconds * 1e3 ? seconds / 10 : 0 });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { participant, warmUp, times } of turns(ready, round)) {
      onMoment({ config: config.name, round: round + 1, participant: participant.name });
      await delay(settle);
      const { ms } = await participant.measure(warmUp, seconds);
      times.push(Number(ms.toPrecision(5)));
    }
  }
  return timings;
}

/** The order of a round, counted from 0: in as many rounds as there are participants, everyone has every place once. */
export function turns<T>(list: readonly T[], round: number): T[] {
  const first = list.length === 0 ? 0 : round % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}
