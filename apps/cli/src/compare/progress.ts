import type { TrainingEvent } from '@switchyard/training';
import { bar } from '../terminal/bar.ts';
import { compact, duration, loss, percent } from '../terminal/format.ts';
import { liveLines } from '../terminal/live.ts';
import { type Output, styleFor } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';

/** What the table shows of a model. */
export interface Contestant {
  readonly name: string;
  readonly label: string;
}

/** Shows all models of a comparison to a person while they train. */
export interface ComparisonProgress {
  show(name: string, event: TrainingEvent): void;
  stop(): void;
}

interface Standing {
  readonly share: number;
  readonly loss: string;
  readonly accuracy: string;
  readonly speed: string;
  readonly left: string;
}

const waiting: Standing = { share: 0, loss: '', accuracy: '', speed: '', left: 'waiting' };

/** A model's line after one more event. Loss and accuracy are those of the frozen evaluation sequences. */
function advance(standing: Standing, event: TrainingEvent, steps: number): Standing {
  switch (event.type) {
    case 'step':
      return {
        ...standing,
        share: event.step / steps,
        speed: compact(event.tokensPerSecond),
        left: duration(event.secondsLeft),
      };
    case 'evaluation':
      return { ...standing, loss: loss(event.loss), accuracy: percent(event.accuracy) };
    case 'end': {
      const { evaluation } = event;
      const scores = evaluation ? { loss: loss(evaluation.loss), accuracy: percent(evaluation.accuracy) } : {};
      return {
        ...standing,
        ...scores,
        share: event.step / steps,
        left: event.reason === 'completed' ? 'done' : 'saved',
      };
    }
    default:
      return standing;
  }
}

function liveProgress(output: Output, contestants: readonly Contestant[], steps: number): ComparisonProgress {
  const style = styleFor(output);
  const live = liveLines(output);
  const began = performance.now();
  const standings = new Map(contestants.map(({ name }) => [name, waiting]));
  const columns = [
    { title: 'model', align: 'left' as const },
    { title: `${steps} steps`, align: 'left' as const },
    { title: 'loss' },
    { title: 'accuracy' },
    { title: 'tokens/s' },
    { title: 'time left' },
  ];
  const draw = () => {
    const rows = contestants.map(({ name, label }) => {
      const { share, loss, accuracy, speed, left } = standings.get(name)!;
      return [label, bar(share, 18, style), loss.padStart(6), accuracy.padStart(7), speed, left.padStart(11)];
    });
    return [
      ...table(columns, rows, { heading: style.dim }),
      '',
      style.dim(`${duration((performance.now() - began) / 1000)} so far; Ctrl-C saves and stops`),
    ];
  };
  live.update(draw);
  const clock = setInterval(() => live.update(draw), 1000);
  clock.unref();
  return {
    show(name, event) {
      if (event.type === 'warning') live.print(`${style.yellow('warning:')} ${name}: ${event.message}`);
      standings.set(name, advance(standings.get(name)!, event, steps));
      live.update(draw);
    },
    stop() {
      clearInterval(clock);
      live.stop({ clear: true });
    },
  };
}

function plainProgress(output: Output): ComparisonProgress {
  return {
    show(name, event) {
      const line = (text: string) => output.write(`${name}: ${text}\n`);
      if (event.type === 'start' && event.resumedFrom) line(`resuming after step ${event.step}`);
      if (event.type === 'evaluation')
        line(`step ${event.step}: loss ${loss(event.loss)}, accuracy ${percent(event.accuracy)}`);
      if (event.type === 'warning') line(`warning: ${event.message}`);
      if (event.type === 'end') line(`${event.reason} after step ${event.step}`);
    },
    stop() {},
  };
}

/** Progress of a comparison: a live table on a terminal, plain lines elsewhere. */
export function comparisonProgress(
  output: Output,
  contestants: readonly Contestant[],
  steps: number,
): ComparisonProgress {
  return output.isTTY ? liveProgress(output, contestants, steps) : plainProgress(output);
}
