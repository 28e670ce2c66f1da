import { type Measurement, reference, type StepResult } from './step-result.ts';

/**
 * Milliseconds of a training step as a Markdown table: a row for each configuration, a column for each participant, and in brackets its
 * ratio to `simd`.
 */
export function stepTable({ configs, participants }: StepResult): string {
  const header = ['training step, ms', ...participants.map(({ title }) => title)];
  const rows = configs.map(({ config, measurements }) => [
    config.name,
    ...participants.map(({ name }) => cell(measurements[name])),
  ]);
  return markdownTable(header, rows);
}

function cell(measurement: Measurement | undefined): string {
  if (measurement === undefined) return '–';
  const { median, ratio } = measurement;
  return ratio === undefined ? significant(median, 3) : `${significant(median, 3)} (${formatRatio(ratio)})`;
}

/** What was reached, rounded down, and what was to be, as a Markdown table: a row for each configuration, a column for each peer. */
export function targetTable({ configs, participants, targets }: StepResult): string {
  const peers = participants.filter(({ name }) => targets.some(({ peer }) => peer === name));
  const names = configs
    .map(({ config }) => config.name)
    .filter((name) => targets.some(({ config }) => config === name));
  const rows = names.map((name) => [
    name,
    ...peers.map((peer) => {
      const target = targets.find(({ config, peer: of }) => config === name && of === peer.name);
      if (target === undefined) return '–';
      const { ratio, atLeast, reached } = target;
      return `${reached ? '' : 'no: '}${significant(ratio, 3, Math.floor)}× of ${atLeast}×`;
    }),
  ]);
  return markdownTable(['reached, and the target', ...peers.map(({ title }) => title)], rows);
}

/** How and where a result was measured, in two or three sentences of Markdown. */
export function describeRun({ date, machine, rounds, secondsPerRound, participants, leftOut }: StepResult): string {
  const libraries = [...new Set(participants.map(({ library }) => library))].join(', ');
  const missing = leftOut.map(({ title, reason }) => ` ${title} is missing: ${reason}.`).join('');
  return (
    `Medians of ${rounds} interleaved rounds of about ${secondsPerRound} s; in brackets the time divided by that of ` +
    `${participants.find(({ name }) => name === reference)?.title ?? reference}: above 1× means that \`${reference}\` is faster. ` +
    `Measured on ${date.slice(0, 10)} on ${machine.cpu}, ${machine.cores} cores (${machine.architecture}), ${machine.os}, Node ${machine.node} ` +
    `(V8 ${machine.v8}), load average before the run ${machine.loadAverage[0].toFixed(2)}, with ${libraries}.${missing}`
  );
}

/** 0.46×, 1.2×, 18× */
export function formatRatio(ratio: number): string {
  return `${significant(ratio, 2)}×`;
}

/** At least that many digits, never an exponent, and no more than three decimals. */
function significant(value: number, digits: number, round = Math.round): string {
  const decimals = Math.min(Math.max(0, digits - 1 - Math.floor(Math.log10(value))), 3);
  return (round(value * 10 ** decimals) / 10 ** decimals).toFixed(decimals);
}

/** A Markdown table with its columns aligned; the first is text, the others are numbers. */
function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(3, ...[header, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}
