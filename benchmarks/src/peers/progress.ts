import type { Moment, Plan } from './interleave.ts';

/** What it writes to, like `process.stderr`. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Progress {
  show(moment: Moment): void;
  /** Leaves the line to others. */
  clear(): void;
}

/**
 * Tells which configuration and round is running, who has its turn and about how much time is left: on a terminal in one line that is
 * written over, elsewhere in one line for each configuration.
 */
export function createProgress(
  output: Output,
  configs: number,
  { rounds }: Plan,
  now = () => performance.now(),
): Progress {
  const start = now();
  const seen: string[] = [];

  /** Share of the work that is done. Getting ready counts as two rounds: models are built and compiled. */
  const done = (round: number) => (seen.length - 1 + (round === 0 ? 0 : round + 1) / (rounds + 2)) / configs;

  return {
    show({ config, round, participant }) {
      const first = !seen.includes(config);
      if (first) seen.push(config);
      const share = done(round);
      const left = share === 0 ? '' : `, about ${duration(((now() - start) * (1 - share)) / share)} left`;
      const place = `${config} (${seen.length} of ${configs})`;
      const turn = `${round === 0 ? 'getting ready' : `round ${round} of ${rounds}`}: ${participant}`;
      if (output.isTTY) output.write(`\r\x1b[K${place}, ${turn}${left}`);
      else if (first) output.write(`${place}${left}\n`);
    },
    clear() {
      if (output.isTTY) output.write('\r\x1b[K');
    },
  };
}

/** 75000 is 1:15. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1e3);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
