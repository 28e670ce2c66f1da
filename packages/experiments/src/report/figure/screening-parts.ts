import { heading } from '../drawing/block.ts';
import { effectChart } from '../drawing/effect-chart.ts';
import { heatMap } from '../drawing/heat-map.ts';
import { capital, differenceText, factorName, isShare, levelName, metricName, quantityOf } from '../names.ts';
import type { Screening } from '../screening.ts';
import { allValues, comparedOf, type FigureData, type Part, seedsText } from './figure-data.ts';

const mostReadings = 24;

/** A row for every reading, the nearest to the published picture (or the best) first, a column for every compared level. */
export function readingsPart(data: FigureData, { readings, distances }: Screening): Part {
  const { metric } = data;
  const compared = comparedOf(data);
  const varied = Object.keys(readings[0]?.design ?? {}).filter(
    (name) => new Set(readings.map(({ design }) => design[name])).size > 1,
  );
  const shown = readings.slice(0, mostReadings);
  const which =
    shown.length < readings.length ? `The ${shown.length} best of ${readings.length} readings` : 'All readings';
  const cells = `cells: ${metricName(metric)}${isShare(metric) ? ' in %' : ''}, mean over ${seedsText(data)}`;
  const legend = distances ? ' Distance in points; 0 where the picture holds.' : '';
  return [
    heading(
      distances ? 'Distance to the published picture' : `${capital(metricName(metric))} under every reading`,
      `${which}; ${cells}.${legend}`,
    ),
    heatMap(
      varied.map(factorName),
      shown.map(({ design, estimates, ordering }) => ({
        labels: varied.map((name) => levelName(design[name])),
        values: compared.map(({ level }) => estimates.get(level ?? '')?.mean),
        ...(ordering && { note: (ordering.distance * 100).toFixed(1) }),
      })),
      compared.map(({ label, color }) => ({ label, color })),
      quantityOf(metric, allValues(data)),
      distances ? 'distance' : '',
    ),
  ];
}

/** The main effects of the factors that were screened. */
export function effectsPart({ metric }: FigureData, { effects, distances }: Screening): Part {
  if (effects.factors.length === 0) return [];
  const subject = distances ? 'distance, in points' : `${metricName(metric)}${isShare(metric) ? ', in points' : ''}`;
  const direction = distances ? ' Left is nearer to the published picture.' : '';
  return [
    heading('Main effects', `What each level changes, other factors held fixed, with 95 % intervals.${direction}`),
    effectChart(
      effects.factors.map((effect) => ({ label: factorName(effect.factor), effect })),
      { name: `effect on the ${subject}`, tick: (value) => differenceText(metric, value) },
      levelName,
    ),
  ];
}
