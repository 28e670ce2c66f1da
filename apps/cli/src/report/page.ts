import { compact, duration, grouped, percent } from '../terminal/format.ts';
import { learningCurves, subtaskBars } from './charts.ts';
import type { ComparedModel, Comparison } from './comparison.ts';
import { palette } from './palette.ts';
import { styleSheet } from './style-sheet.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character]!);

const numerals = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven'];
const numeral = (count: number) => numerals[count] ?? String(count);

/** Cells of one column; the best share of the column is marked. */
function shareCell(value: number | null | undefined, best: number): string {
  const text = percent(value ?? undefined);
  return value === best ? `<td><strong>${text}</strong></td>` : `<td>${text}</td>`;
}

function resultsTable(comparison: Comparison): string {
  const rules = Object.keys(comparison.targetsPerRule);
  const columns: [title: string, value: (model: ComparedModel) => number | null | undefined][] = [
    ['all', (model) => model.accuracy],
    ...rules.map((rule): [string, (model: ComparedModel) => number | undefined] => [
      rule,
      (model) => model.accuracyPerRule[rule],
    ]),
    ['visible', (model) => model.visibleAccuracy],
  ];
  const best = columns.map(([, value]) => Math.max(...comparison.models.map((model) => value(model) ?? 0)));
  const rows = comparison.models.map(
    (
      model,
    ) => `<tr><th scope="row"><i style="background:var(--${escapeHtml(model.name)})"></i>${escapeHtml(model.label)}</th>
${columns.map(([, value], index) => shareCell(value(model), best[index]!)).join('')}
<td>${compact(model.parameters)}</td><td>${model.learningRate}</td><td>${duration(model.seconds)}</td></tr>`,
  );
  const titles = ['model', ...columns.map(([title]) => title), 'weights', 'rate', 'time'];
  return `<table><thead><tr>${titles.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}

function details(comparison: Comparison): string {
  const task = Object.entries(comparison.task).map(([key, value]) => `${key} ${value}`);
  const facts: [string, string][] = [
    ['task', task.join(', ')],
    ['window', `${comparison.window} tokens`],
    [
      'training',
      `${comparison.steps} steps of ${comparison.batchSize} sequences, the same ones for every model; the MLP, which answers for the last token only, learns from that one, the others from every predictable token`,
    ],
    [
      'scored',
      `${comparison.targets.count} predictable last tokens of frozen sequences, ${comparison.targets.visible} of them visible`,
    ],
    ['seed', String(comparison.seed)],
    ['backend', comparison.backend],
    ['machine', comparison.machine],
  ];
  return `<dl>${facts.map(([term, text]) => `<dt>${term}</dt><dd>${escapeHtml(text)}</dd>`).join('')}</dl>`;
}

function schemeVariables(scheme: 'light' | 'dark'): string {
  return Object.entries(palette)
    .map(([name, color]) => `--${name}:${color[scheme]}`)
    .join(';');
}

/**
 * The comparison as one HTML page that needs nothing else: charts are inlined SVG, there is no script and no request,
 * and colours follow the reader's light or dark scheme.
 */
export function reportPage(comparison: Comparison): string {
  const best = comparison.models.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Switchyard: ${comparison.models.length} models on IARC</title>
<style>
:root{${schemeVariables('light')}}
@media (prefers-color-scheme: dark){:root{${schemeVariables('dark')}}}
${styleSheet}
</style>
</head>
<body>
<main>
<header>
<p class="name">Switchyard</p>
<h1>${numeral(comparison.models.length)} small models learn to switch tasks</h1>
<p class="lead">Increment, add, reverse, look up in the context: a control token in the sequence says which rule the next symbols follow.
After ${grouped(comparison.steps)} steps, <b style="color:var(--${best.name})">${escapeHtml(best.label)}</b> predicts
<b>${percent(best.accuracy)}</b> of the symbols that can be predicted. Guessing predicts ${percent(comparison.chance)}.</p>
</header>
<section>
<h2>While they learn</h2>
<p>Accuracy on sequences that are never trained on. The upper dashed line is the share of targets whose control token and operands lie
inside the window; a model passes it where the symbols alone betray the rule.</p>
<figure>${learningCurves(comparison)}</figure>
</section>
<section>
<h2>Subtask by subtask</h2>
<p>Accuracy after the last step, with 95 % Wilson intervals (thin lines). In each panel the left dashes mark chance, the right ones the
visible share.</p>
<figure>${subtaskBars(comparison)}</figure>
</section>
<section>
<h2>The numbers</h2>
<figure>${resultsTable(comparison)}</figure>
<p><i>visible</i>: accuracy on targets that follow from tokens inside the window. Bold: the best of each column. One seed: differences within
the intervals mean nothing, and other seeds move the models too.</p>
</section>
<section>
<h2>How it was made</h2>
${details(comparison)}
<pre>${escapeHtml(comparison.command)}</pre>
</section>
</main>
</body>
</html>
`;
}
