import { portable } from '@switchyard/experiments/browser';
import {
  type CheckpointStore,
  decodeCheckpoint,
  encodeCheckpoint,
  type Sink,
  type TrainingEvent,
} from '@switchyard/training';
import { stringify } from 'yaml';
import type { NamedBytes } from './messages.ts';
import type { ResolvedRun } from './resolve-run.ts';

/** A run directory in memory: what `openRunDirectory` of @switchyard/training/node keeps in files. */
export interface MemoryRun {
  readonly store: CheckpointStore;
  readonly sink: Sink;
  /** Whether there is a checkpoint. */
  readonly saved: boolean;
  /** The files of the directory. */
  files(): NamedBytes[];
}

export interface EarlierRun {
  /** metrics.jsonl */
  readonly metrics: string;
  /** The newest whole checkpoint. */
  readonly checkpoint?: Uint8Array | undefined;
}

/** A run directory that starts empty, or as an earlier one left it. */
export function memoryRun(run: ResolvedRun, earlier: EarlierRun = { metrics: '' }): MemoryRun {
  let checkpoint = earlier.checkpoint && { bytes: earlier.checkpoint, ...pathOf(earlier.checkpoint) };
  let lines = earlier.metrics.split('\n').filter((line) => line !== '');
  let summary: string | undefined;
  const text = (name: string, content: string) => ({ name, bytes: new TextEncoder().encode(content) });
  return {
    store: {
      async load() {
        if (!checkpoint) return { warnings: [] };
        return { checkpoint: decodeCheckpoint(checkpoint.bytes), path: checkpoint.path, warnings: [] };
      },
      async save(state) {
        const bytes = encodeCheckpoint(state);
        checkpoint = { bytes, ...pathOf(bytes) };
        return checkpoint.path;
      },
    },
    sink: {
      write(event) {
        if (event.type === 'start') lines = lines.filter((line) => stepOf(line) <= event.step);
        const line = metricsLine(event);
        if (line) lines.push(line);
        if (event.type === 'end') {
          const { type: _, ...rest } = event;
          summary = `${JSON.stringify(rest, null, 2)}\n`;
        }
      },
    },
    get saved() {
      return checkpoint !== undefined;
    },
    files() {
      return [
        text('config.yaml', stringify(JSON.parse(JSON.stringify(portable(run))))),
        text('metrics.jsonl', lines.map((line) => `${line}\n`).join('')),
        ...(checkpoint ? [{ name: checkpoint.path, bytes: checkpoint.bytes }] : []),
        ...(summary === undefined ? [] : [text('summary.json', summary)]),
      ];
    },
  };
}

function pathOf(bytes: Uint8Array): { path: string } {
  return { path: `checkpoints/step-${decodeCheckpoint(bytes).step}.safetensors` };
}

function stepOf(line: string): number {
  const { step }: { step?: unknown } = JSON.parse(line);
  return typeof step === 'number' ? step : Number.POSITIVE_INFINITY;
}

/** A line of metrics.jsonl. */
function metricsLine(event: TrainingEvent): string | undefined {
  if (event.type === 'step') {
    const { type: _, secondsLeft: __, step, ...rest } = event;
    return JSON.stringify({ step, split: 'train', ...rest });
  }
  if (event.type === 'evaluation') {
    const { type: _, step, ...scores } = event;
    return JSON.stringify({ step, split: 'evaluation', ...scores });
  }
  return undefined;
}
