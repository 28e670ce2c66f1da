import { metricName } from '../names.ts';
import type { Report } from '../study-report.ts';
import { claimsText } from './claims-text.ts';
import { comparisonsText } from './comparisons-text.ts';
import { cellText } from './markdown.ts';
import { protocolText } from './protocol-text.ts';
import { repeatText } from './repeat-text.ts';
import { resultsText } from './results-text.ts';
import { effectsText, readingsText } from './screening-text.ts';
import { verdictText } from './verdict-text.ts';

const mostProblems = 20;

/** The README.md of a study: claim, verdict, figure, protocol, results, comparisons, what is missing, how to repeat it. */
export function studyReadme(report: Report): string {
  const { study, metric, notes } = report;
  const parts = [
    `# ${study.name}`,
    '<!-- Written by `switchyard report`; what is to be added goes into notes.md. -->',
    study.claim.trim(),
    verdictText(report),
    `![${cellText(`${metricName(metric)} of every combination, with intervals over seeds`)}](figure.svg)`,
    notes?.trim() ?? '',
    section('Where it stands', claimsText(report)),
    section('Protocol', protocolText(report)),
    section('Results', resultsText(report)),
    section('Comparisons', comparisonsText(report)),
    section('Readings', readingsText(report)),
    section('Main effects', effectsText(report)),
    section('Missing', missingText(report)),
    section('How to repeat', repeatText(report)),
  ];
  return `${parts.filter((text) => text !== '').join('\n\n')}\n`;
}

const section = (title: string, body: string) => (body === '' ? '' : `## ${title}\n\n${body}`);

function missingText({ problems }: Report): string {
  const rest = problems.length - mostProblems;
  return [
    ...problems.slice(0, mostProblems).map((problem) => `- ${cellText(problem)}`),
    ...(rest > 0 ? [`- and ${rest} more: [results.csv](results.csv) has them all`] : []),
  ].join('\n');
}
