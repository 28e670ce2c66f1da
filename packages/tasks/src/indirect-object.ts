import { createStream, type Stream } from '@switchyard/random';
import { emptyBatch } from './batch.ts';
import { checkInteger, checkKeys, checkRequest, checkTokens } from './check.ts';
import { TaskError } from './errors.ts';
import type { Batch, BatchRequest, SequenceTask } from './types.ts';

export interface IndirectObjectOptions {
  /** How many names there are, 2 … 16. Default 16. */
  readonly names?: number;
}

/** The task, which also turns a sentence into the one that probes compare it with. */
export interface IndirectObjectTask extends SequenceTask {
  /**
   * The same sentence with the roles of its two names exchanged in the second clause: who was given something now gives, and
   * the answer is the other name.
   *
   * @param tokens one sequence, window + 1 tokens, or its inputs alone
   * @throws TaskError `SWITCHYARD_TASK_TOKEN` for what is no sentence of this task
   */
  counterpart(tokens: ArrayLike<number>): Int32Array;
}

const NAME = 'indirectObject';

// biome-ignore format: a list
const names = [
  'Ann', 'Ben', 'Cora', 'Dan', 'Eva', 'Finn', 'Gina', 'Hugo', 'Ida', 'Jack', 'Kate', 'Leo', 'Mia', 'Noah', 'Olga', 'Paul',
];

/** A and B in either order, S again, and the place where the answer IO follows; all templates have one length. */
const templates = [
  'when A and B went to the place , S gave the object to',
  'after A and B met at the place , S sent the object to',
  'while A and B sat in the place , S showed the object to',
].map((text) => text.split(' '));

const length = templates[0]!.length;
const [firstAt, secondAt, subjectAt] = ['A', 'B', 'S'].map((role) => templates[0]!.indexOf(role)) as [
  number,
  number,
  number,
];
const places = ['park', 'shop', 'school', 'garden', 'station'];
const objects = ['book', 'ball', 'letter', 'apple', 'picture'];

const fixedWords = templates.flat().filter((word) => !['A', 'B', 'S', 'place', 'object'].includes(word));
const words = [...new Set([...fixedWords, ...places, ...objects])];

/**
 * Who is given it? Sentences of two names, one of which comes again: "when Ann and Ben went to the park , Ben gave the ball to",
 * and the answer is the other one, Ann. Templates, names, order, place, object and giver are drawn uniformly; a window holds one
 * sentence, padding `_` in front of it, and its answer as the last target.
 *
 * Only the answer has a rule: 'first name' or 'second name', whichever of the two it is. Symbols are the names; all other words
 * and the padding are control tokens. (r: after the indirect-object sentences of Wang et al. 2022, arXiv 2211.00593, which [L24]
 * takes up for claim 7 of PAPERS.md; names and templates are ours)
 *
 * @throws TaskError `SWITCHYARD_TASK_OPTION` for options out of range or unknown; from `batch`, `SWITCHYARD_TASK_BATCH` for a
 *   window that does not hold a sentence
 */
export function indirectObject(options: IndirectObjectOptions = {}): IndirectObjectTask {
  checkKeys(NAME, options, ['names']);
  const { names: count = names.length } = options;
  checkInteger(NAME, 'names', count, 2, names.length);
  const labels = [...names.slice(0, count), ...words, '_'];
  const vocabulary = { size: labels.length, symbols: count, controls: labels.length - count, labels };
  const pad = labels.length - 1;
  const ids = new Map(labels.map((label, id) => [label, id]));

  const sentence = (stream: Stream): { tokens: number[]; rule: number } => {
    const template = templates[stream.nextInt(templates.length)]!;
    const first = stream.nextInt(count);
    const second = (first + 1 + stream.nextInt(count - 1)) % count;
    const rule = stream.nextInt(2);
    const [subject, answer] = rule === 0 ? [second, first] : [first, second];
    const place = places[stream.nextInt(places.length)]!;
    const object = objects[stream.nextInt(objects.length)]!;
    const roles: Record<string, number> = {
      A: first,
      B: second,
      S: subject,
      place: ids.get(place)!,
      object: ids.get(object)!,
    };
    return { tokens: [...template.map((word) => roles[word] ?? ids.get(word)!), answer], rule };
  };

  /** Where the sentence begins, and its names. */
  const parse = (tokens: ArrayLike<number>) => {
    checkTokens(NAME, tokens, vocabulary);
    const start = Array.from(tokens).findIndex((token) => token !== pad);
    const [first, second, subject] = [firstAt, secondAt, subjectAt].map((at) => tokens[start + at]!) as [
      number,
      number,
      number,
    ];
    const named = [first, second, subject].every((token) => token < count) && first !== second;
    if (start < 0 || !named || (subject !== first && subject !== second)) return undefined;
    return { start, first, second, subject, answer: subject === first ? second : first };
  };

  return {
    name: 'indirect-object',
    vocabulary,
    ruleNames: ['first name', 'second name'],
    batch(request: BatchRequest): Batch {
      checkRequest(NAME, request);
      const { seed, index, batchSize, window } = request;
      if (window < length) {
        throw new TaskError(
          'SWITCHYARD_TASK_BATCH',
          `${NAME}: window ${window} does not hold a sentence of ${length} words; pass a window of at least ${length}`,
        );
      }
      const batch = emptyBatch(request);
      batch.tokens.fill(pad);
      batch.rules.fill(-1);
      const stream = createStream(seed).fork(NAME, index);
      for (let row = 0; row < batchSize; row++) {
        const { tokens, rule } = sentence(stream.fork(row));
        const answerAt = (row + 1) * (window + 1) - 1;
        batch.tokens.set(tokens, answerAt - length);
        batch.rules[answerAt] = rule;
        batch.visible[answerAt] = 1;
      }
      return batch;
    },
    counterpart(tokens: ArrayLike<number>): Int32Array {
      const parsed = parse(tokens);
      if (!parsed) {
        throw new TaskError(
          'SWITCHYARD_TASK_TOKEN',
          `${NAME}: these tokens are no sentence of two names; pass a sequence of this task`,
        );
      }
      const { start, subject, answer } = parsed;
      const changed = Int32Array.from(tokens);
      changed[start + subjectAt] = answer;
      if (start + length < changed.length) changed[start + length] = subject;
      return changed;
    },
    explain(tokens: ArrayLike<number>): string[] {
      const parsed = parse(tokens);
      return Array.from(tokens, (token, position) => {
        if (token === pad) return 'padding: it says nothing';
        if (!parsed || position !== parsed.start + length)
          return 'a word of the sentence: random, or follows from the template';
        const { subject, answer } = parsed;
        const note = token === answer ? '' : `, but ${labels[token]} stands here`;
        return `${labels[subject]} gives, so ${labels[answer]} is given${note}`;
      });
    },
  };
}
