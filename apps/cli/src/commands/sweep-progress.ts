import type { PlannedRun, RunningRun, StudyStatus } from '@switchyard/experiments';
import { bar } from '../terminal/bar.ts';
import { duration, percent } from '../terminal/format.ts';
import { liveLines } from '../terminal/live.ts';
import { type Output, type Style, styleFor } from '../terminal/style.ts';

/** Shows a study to a person while its runs are made. */
export interface SweepProgress {
  show(status: () => StudyStatus): void;
  failure(run: PlannedRun, reason: string): void;
  warn(message: string): void;
  stop(): void;
}

/** Running runs that are shown; more would push the rest off the terminal. */
const shown = 12;

/** `lstm pointer, seed 3`. */
const nameOf = ({ factors, seed, phase }: PlannedRun) =>
  `${Object.values(factors).join(' ')}, seed ${seed}${phase === 'selection' ? ' (selection)' : ''}`;

/** Runs that are behind us, parts of running ones counted. */
const shareOf = ({ progress }: RunningRun) => (progress ? progress.step / progress.steps : 0);

function counts({ total, done, failed, running }: StudyStatus): string {
  const parts = [`${done} done`, `${running.size} running`, ...(failed > 0 ? [`${failed} failed`] : [])];
  return `${parts.join(', ')}, of ${total} runs`;
}

function liveProgress(output: Output, name: string): SweepProgress {
  const style = styleFor(output);
  const live = liveLines(output);
  const began = performance.now();
  let behind: number | undefined;
  let newest: (() => StudyStatus) | undefined;

  const draw = () => {
    if (!newest) return [];
    const status = newest();
    const { total, done, failed, running } = status;
    const begun = [...running.values()].filter(({ progress }) => progress);
    const finished = done + failed + begun.reduce((sum, run) => sum + shareOf(run), 0);
    behind ??= finished;
    const seconds = (performance.now() - began) / 1000;
    const left = ((total - finished) * seconds) / (finished - behind);
    return [
      '',
      `${style.bold(name)}: ${counts(status)}, ${duration(left)} left`,
      `${bar(finished / total, 73, style)} ${String(Math.floor((100 * finished) / total)).padStart(4)} %`,
      ...begun.slice(0, shown).map((run) => runLine(run, style)),
      ...(begun.length > shown ? [`and ${begun.length - shown} more`] : []),
      style.dim('Ctrl-C saves and stops; the same command goes on'),
    ];
  };
  const clock = setInterval(() => live.update(draw), 1000);
  clock.unref();
  return {
    show(status) {
      newest = status;
      live.update(draw);
    },
    failure(run, reason) {
      live.print(`${style.red('failed:')} ${nameOf(run)}: ${reason.split('\n')[0]}`);
    },
    warn(message) {
      live.print(`${style.yellow('warning:')} ${message}`);
    },
    stop() {
      clearInterval(clock);
      live.stop({ clear: true });
    },
  };
}

function runLine(run: RunningRun, style: Style): string {
  const { step, steps, accuracy } = run.progress!;
  const share = `${bar(step / steps, 12, style)} ${String(Math.floor((100 * step) / steps)).padStart(3)} %`;
  return `${share}  ${percent(accuracy).padStart(7)}  ${nameOf(run)}`;
}

function plainProgress(output: Output, name: string): SweepProgress {
  let last = '';
  return {
    show(status) {
      const { total, done, failed } = status();
      const line = `${name}: ${done} of ${total} runs done${failed > 0 ? `, ${failed} failed` : ''}`;
      if (line !== last) output.write(`${line}\n`);
      last = line;
    },
    failure(run, reason) {
      output.write(`failed: ${nameOf(run)}: ${reason.split('\n')[0]}\n`);
    },
    warn(message) {
      output.write(`warning: ${message}\n`);
    },
    stop() {},
  };
}

/** Progress of a study: live on a terminal, plain lines elsewhere. */
export function sweepProgress(output: Output, name: string): SweepProgress {
  return output.isTTY ? liveProgress(output, name) : plainProgress(output, name);
}
