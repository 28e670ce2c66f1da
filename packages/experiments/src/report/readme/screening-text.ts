import { differenceText, factorName, levelName, metricName } from '../names.ts';
import { publishedPicture } from '../ordering.ts';
import type { Report } from '../study-report.ts';
import { cellText, markdownTable } from './markdown.ts';
import { plainFormat } from './results-text.ts';

const mostReadings = 20;

/** In which readings the published picture holds, and the ordering of the models in those that come nearest. */
export function readingsText({ screening, metric }: Report): string {
  if (!screening?.distances) return '';
  const scored = screening.readings.flatMap(({ ordering, ...rest }) => (ordering ? [{ ordering, ...rest }] : []));
  const holding = scored.filter(({ ordering }) => ordering.holds).length;
  const ahead = scored.filter(({ ordering }) => ordering.advantage > 0).length;
  const { accuracy, near, gap } = publishedPicture;
  const points = (share: number) => Number((share * 100).toFixed(1));
  const format = plainFormat(metric);
  const table = markdownTable(
    [
      ...Object.keys(screening.readings[0]!.design).map((name) => ({ title: factorName(name) })),
      { title: 'distance', align: 'right' },
      { title: 'ahead by', align: 'right' },
      { title: 'ordering' },
    ],
    scored
      .slice(0, mostReadings)
      .map(({ design, ordering, estimates }) => [
        ...Object.values(design).map((level) => cellText(levelName(level))),
        (ordering.distance * 100).toFixed(1),
        differenceText(metric, ordering.advantage),
        ordering.ranking
          .map((level) => `${cellText(levelName(level))} ${format(estimates.get(level)!.mean)}`)
          .join(', '),
      ]),
  );
  const shown = Math.min(mostReadings, scored.length);
  return [
    `The published picture (p): cisformer with expressive attention near ${points(accuracy)} %, everything else modest. It counts as met (r) where that model lies within ${points(near)} points of ${points(accuracy)} % and every other at least ${points(gap)} points below it. The distance says in points how far a reading is from that; it is ahead by its accuracy less the highest of the others.`,
    `Of ${scored.length} readings the picture holds in ${holding}; the cisformer with expressive attention is first in ${ahead}. The ${shown} nearest; [readings.csv](readings.csv) has all of them:`,
    table,
  ].join('\n\n');
}

/** What each level of a factor changes. */
export function effectsText({ screening, metric }: Report): string {
  if (!screening || screening.effects.factors.length === 0) return '';
  const { effects, distances } = screening;
  const show = (value: number) => differenceText(metric, value);
  const table = markdownTable(
    [
      { title: 'factor' },
      { title: 'level' },
      { title: 'effect', align: 'right' },
      { title: '95 % interval' },
      { title: 'readings', align: 'right' },
    ],
    effects.factors.flatMap(({ factor, levels }) =>
      levels.map(({ level, effect, lower, upper, count }) => [
        cellText(factorName(factor)),
        cellText(levelName(level)),
        show(effect),
        Number.isNaN(lower) ? '–' : `[${show(lower)}, ${show(upper)}]`,
        String(count),
      ]),
    ),
  );
  const subject = distances
    ? 'the distance, in points; negative is nearer to the published picture'
    : `the mean ${metricName(metric)} of the models`;
  const aliased = effects.aliased.map(factorName).join(', ');
  return [
    `Least squares over the readings, without interactions: what each level changes of ${subject}. The noise is estimated with ${effects.freedom} degrees of freedom.`,
    table,
    ...(aliased === ''
      ? []
      : [`The design ties these factors to others, so that their effects cannot be told apart: ${aliased}.`]),
  ].join('\n\n');
}
