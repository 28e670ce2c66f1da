import { createStream } from '@switchyard/random';
import { emptyBatch } from './batch.ts';
import { checkRequest, checkTokens } from './check.ts';
import { TaskError } from './errors.ts';
import type { Batch, BatchRequest, SequenceTask } from './types.ts';

const NAME = 'mixture';

/** `rules` is an Int8Array. */
const MAXIMUM_RULES = 127;

/**
 * Several tasks in one stream of sequences: each sequence is a whole sequence of one task, drawn uniformly. Nothing in it says
 * which, unless its control tokens do; `rules` and `visible` are what they are in the sequence's own task.
 *
 * Symbols are shared: id s is the symbol s in every task, and there are as many as in the largest alphabet. Control tokens are
 * not: those of each task follow the symbols, task after task, labelled `task:control`. Rules are named `task/rule`. Tasks of
 * one name are told apart by their place: `iarc-1`, `iarc-2`.
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` without tasks or with more than 127 rules; from `batch` whatever a task throws
 */
export function mixture(tasks: readonly SequenceTask[]): SequenceTask {
  if (tasks.length === 0) {
    throw new TaskError(
      'SWITCHYARD_TASK_OPTION',
      `${NAME}: there are no tasks to mix; pass an array of at least one task`,
    );
  }
  const labels = tasks.map(({ name }, place) =>
    tasks.filter((task) => task.name === name).length > 1 ? `${name}-${place + 1}` : name,
  );
  const largest = tasks.reduce((a, b) => (b.vocabulary.symbols > a.vocabulary.symbols ? b : a)).vocabulary;
  const symbols = largest.symbols;
  const vocabularyLabels = largest.labels.slice(0, symbols);
  const ruleNames: string[] = [];
  const parts = tasks.map((task, place) => {
    const part = { task, label: labels[place]!, firstControl: vocabularyLabels.length, firstRule: ruleNames.length };
    const controls = task.vocabulary.labels.slice(task.vocabulary.symbols);
    vocabularyLabels.push(...controls.map((control) => `${part.label}:${control}`));
    ruleNames.push(...task.ruleNames.map((rule) => `${part.label}/${rule}`));
    return part;
  });
  if (ruleNames.length > MAXIMUM_RULES) {
    throw new TaskError(
      'SWITCHYARD_TASK_OPTION',
      `${NAME}: ${ruleNames.length} rules are more than a batch can number, ${MAXIMUM_RULES}; mix fewer tasks`,
    );
  }
  const size = vocabularyLabels.length;
  const vocabulary = { size, symbols, controls: size - symbols, labels: vocabularyLabels };

  return {
    name: NAME,
    vocabulary,
    ruleNames,
    batch(request: BatchRequest): Batch {
      checkRequest(NAME, request);
      const { seed, index, batchSize } = request;
      const batch = emptyBatch(request);
      const stream = createStream(seed).fork(NAME, index);
      const choices = Array.from({ length: batchSize }, () => stream.nextInt(parts.length));
      for (const [place, part] of parts.entries()) {
        const rows = choices.flatMap((choice, row) => (choice === place ? [row] : []));
        // Batch numbers of its own, so that two tasks of one kind do not make the same sequences. A task that got no row is
        // asked all the same: if it cannot make such a batch, every batch says so, not one in a hundred.
        const own = { ...request, index: index * parts.length + place, batchSize: Math.max(1, rows.length) };
        const made = part.task.batch(own);
        for (const [from, to] of rows.entries()) copyRow(part, made, from, batch, to);
      }
      return batch;
    },
    explain(tokens: ArrayLike<number>): string[] {
      checkTokens(NAME, tokens, vocabulary);
      const readings = parts.flatMap((part) => {
        const own = Array.from(tokens, (token) => toOwn(part, token, symbols));
        if (own.includes(-1)) return [];
        return [part.task.explain(own).map((sentence) => `${part.label}: ${sentence}`)];
      });
      if (readings.length === 0) return Array.from(tokens, () => 'no task of the mixture has all of these tokens');
      return Array.from(tokens, (_, position) => readings.map((sentences) => sentences[position]).join(' | '));
    },
  };
}

interface Part {
  readonly task: SequenceTask;
  readonly label: string;
  /** Ids of the task's first control token and first rule in the mixture. */
  readonly firstControl: number;
  readonly firstRule: number;
}

function copyRow({ task, firstControl, firstRule }: Part, made: Batch, from: number, batch: Batch, to: number): void {
  const { symbols } = task.vocabulary;
  const length = batch.window + 1;
  for (let source = from * length, target = to * length; target < (to + 1) * length; source++, target++) {
    const token = made.tokens[source]!;
    const rule = made.rules[source]!;
    batch.tokens[target] = token < symbols ? token : firstControl + token - symbols;
    batch.rules[target] = rule < 0 ? -1 : firstRule + rule;
    batch.visible[target] = made.visible[source]!;
  }
}

/** The task's own id of a token of the mixture, −1 where it has none. */
function toOwn({ task, firstControl }: Part, token: number, sharedSymbols: number): number {
  const { symbols, controls } = task.vocabulary;
  if (token < sharedSymbols) return token < symbols ? token : -1;
  const control = token - firstControl;
  return control >= 0 && control < controls ? symbols + control : -1;
}
