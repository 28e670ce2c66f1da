import type { Comparison } from '../../study/schema.ts';
import { differenceText, isShare, numberText, pText } from '../names.ts';
import type { Report } from '../study-report.ts';
import { cellText, markdownTable } from './markdown.ts';
import { estimateText } from './results-text.ts';

/** The comparisons stated beforehand: what they claim, what came out, and why the verdict is what it is. */
export function comparisonsText({ comparisons }: Report): string {
  if (comparisons.length === 0) return '';
  const table = markdownTable(
    [
      { title: 'comparison' },
      { title: 'claim', align: 'right' },
      { title: 'difference', align: 'right' },
      { title: 'p', align: 'right' },
      { title: 'corrected', align: 'right' },
      { title: 'd', align: 'right' },
      { title: 'δ', align: 'right' },
      { title: 'verdict' },
    ],
    comparisons.map(({ comparison, name, difference, p, corrected, cohensD, cliffsDelta, verdict }) => [
      `${cellText(name)}: ${claimed(comparison)}`,
      String(comparison.claim ?? ''),
      difference ? estimateText(difference, (value) => differenceText(comparison.metric, value)) : '–',
      difference ? pText(p) : '–',
      difference ? pText(corrected) : '–',
      effectText(cohensD),
      effectText(cliffsDelta),
      verdict === 'supported' ? '**supported**' : verdict,
    ]),
  );
  const points = comparisons.some(({ comparison }) => isShare(comparison.metric))
    ? ', of accuracies in percentage points'
    : '';
  const legend = `Differences are means over seeds with 95 % intervals${points}; d is Cohen’s for pairs, δ is Cliff’s delta.`;
  const reasons = comparisons.map(({ name, verdict, reason, matched }) => {
    const pooled = matched > 1 ? `; each difference is a mean over ${matched} matched combinations` : '';
    return `- ${cellText(name)}: ${verdict}, ${cellText(reason)}${pooled}.`;
  });
  return [table, legend, reasons.join('\n')].join('\n\n');
}

/** What is claimed: `greater by more than 2 points`. */
function claimed({ direction, margin, metric }: Comparison): string {
  if (margin === 0) return direction;
  const size = numberText(metric, margin).replace('%', 'points');
  return direction === 'similar' ? `similar within ${size}` : `${direction} by more than ${size}`;
}

function effectText(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Number.isFinite(value) ? Math.abs(value).toFixed(2) : '∞';
  return value < 0 ? `−${size}` : size;
}
