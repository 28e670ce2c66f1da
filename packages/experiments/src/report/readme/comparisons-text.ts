import type { ComparisonResult } from '../compare.ts';
import { claimText, comparisonDifference, isDifferenceOfShares } from '../comparison-names.ts';
import { factorName, levelName, pText } from '../names.ts';
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
      `${cellText(name)}: ${claimText(comparison)}`,
      String(comparison.claim ?? ''),
      difference ? estimateText(difference, (value) => comparisonDifference(comparison, value)) : '–',
      difference ? pText(p) : '–',
      difference ? pText(corrected) : '–',
      effectText(cohensD),
      effectText(cliffsDelta),
      verdict === 'supported' ? '**supported**' : verdict,
    ]),
  );
  const points = comparisons.some(({ comparison }) => isDifferenceOfShares(comparison))
    ? ', of accuracies in percentage points'
    : '';
  const slopes = comparisons.some(({ comparison }) => comparison.slope !== undefined) ? '; slopes are a level' : '';
  const legend = `Differences are means over seeds with 95 % intervals${points}${slopes}; d is Cohen’s for pairs, δ is Cliff’s delta.`;
  const reasons = comparisons.map(({ comparison, name, verdict, reason, matched }) => {
    const over = comparison.slope === undefined ? 'a mean' : 'a slope';
    const pooled = matched > 1 ? `; each difference is ${over} over ${matched} matched combinations` : '';
    return `- ${cellText(name)}: ${verdict}, ${cellText(reason)}${pooled}.`;
  });
  return [table, legend, reasons.join('\n'), ...comparisons.flatMap(groupsText)].join('\n\n');
}

/** What came out in each of the groups of a comparison that must hold in all of them. */
function groupsText({ comparison, name, groups }: ComparisonResult): string[] {
  const { each } = comparison;
  if (!each) return [];
  const table = markdownTable(
    [
      ...each.map((factor) => ({ title: cellText(factorName(factor)) })),
      { title: 'difference', align: 'right' },
      { title: 'p', align: 'right' },
    ],
    groups.map(({ factors, difference, p }) => [
      ...each.map((factor) => cellText(levelName(factors[factor]))),
      difference ? estimateText(difference, (value) => comparisonDifference(comparison, value)) : '–',
      difference ? pText(p) : '–',
    ]),
  );
  return [`${cellText(name)}, in every group on its own (p not corrected):`, table];
}

function effectText(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Number.isFinite(value) ? Math.abs(value).toFixed(2) : '∞';
  return value < 0 ? `−${size}` : size;
}
