import type { StartEvent, StepEvent, TrainingEvent } from '@switchyard/training';
import { bar } from './bar.ts';
import { compact, duration, grouped, loss, percent, significant } from './format.ts';
import { liveLines } from './live.ts';
import { measureName, type ScoreLayout, scoreCells, scoreColumns } from './score-table.ts';
import { type Output, styleFor } from './style.ts';
import { table } from './table.ts';

/** Shows a run to a person. */
export interface TrainingProgress {
  show(event: TrainingEvent): void;
  stop(): void;
}

/** What is trained, in a line that begins the progress. */
export type Title = (start: StartEvent) => string;

function measures(event: StepEvent, { counts }: ScoreLayout, separator: string): string {
  return [
    `loss ${loss(event.loss)}`,
    ...(event.measures?.bitsPerByte === undefined
      ? []
      : [`${significant(event.measures.bitsPerByte)} ${measureName('bitsPerByte')}`]),
    ...(event.accuracy === null ? [] : [`accuracy ${percent(event.accuracy)}`]),
    `${compact(event.tokensPerSecond)} ${counts.step}/s`,
    `${duration(event.secondsLeft)} left`,
  ].join(separator);
}

/** One line an event, for files and pipes. */
function plainProgress(output: Output, title: Title, layout: ScoreLayout): TrainingProgress {
  let steps = 0;
  const line = (text: string) => output.write(`${text}\n`);
  return {
    show(event) {
      if (event.type === 'start') {
        steps = event.steps;
        line(title(event));
        if (event.resumedFrom) line(`resuming after step ${event.step} from ${event.resumedFrom}`);
      }
      if (event.type === 'step') line(`step ${event.step}/${steps}: ${measures(event, layout, ', ')}`);
      if (event.type === 'evaluation') {
        const cells = scoreCells(event, layout);
        const named = scoreColumns(layout).map((column, index) => `${column.title} ${cells[index]}`);
        line(`step ${event.step}/${steps}: evaluation: ${named.join(', ')}`);
      }
      if (event.type === 'warning') line(`warning: ${event.message}`);
    },
    stop() {},
  };
}

/** A table of evaluations that grows, and under it a bar with the newest step, redrawn in place. */
function liveProgress(output: Output, title: Title, layout: ScoreLayout): TrainingProgress {
  const style = styleFor(output);
  const live = liveLines(output);
  const columns = [{ title: 'step' }, ...scoreColumns(layout)];
  let steps = 0;
  let newest: StepEvent | undefined;
  let headed = false;

  const row = (cells: readonly string[]) => {
    // The widest number of steps and `100.0 %` are laid out with each row, so that all rows line up.
    const widest = [grouped(steps), '10.0000', ...columns.slice(2).map(() => '100.0 %')];
    const [heading, , line] = table(columns, [widest, cells], { heading: style.dim });
    if (!headed) live.print(heading!);
    headed = true;
    live.print(line!);
  };
  const status = () => {
    if (!newest) return [];
    const position = `${grouped(newest.step)}/${grouped(steps)}`;
    return [
      '',
      `${bar(newest.step / steps, 73, style)} ${String(Math.floor((100 * newest.step) / steps)).padStart(4)} %`,
      `${position}  ${measures(newest, layout, '  ')}`,
    ];
  };

  return {
    show(event) {
      if (event.type === 'start') {
        steps = event.steps;
        live.print(style.bold(title(event)));
        if (event.resumedFrom)
          live.print(style.dim(`resuming after step ${grouped(event.step)} from ${event.resumedFrom}`));
      }
      if (event.type === 'step') newest = event;
      if (event.type === 'evaluation') row([grouped(event.step), ...scoreCells(event, layout)]);
      if (event.type === 'warning') live.print(`${style.yellow('warning:')} ${event.message}`);
      live.update(status);
    },
    stop() {
      live.stop({ clear: true });
    },
  };
}

/** Progress of a run: live on a terminal, plain lines elsewhere. */
export function trainingProgress(output: Output, title: Title, layout: ScoreLayout): TrainingProgress {
  return output.isTTY ? liveProgress(output, title, layout) : plainProgress(output, title, layout);
}
