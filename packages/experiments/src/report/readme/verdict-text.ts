import { capital } from '../names.ts';
import type { Report } from '../study-report.ts';
import { jointVerdict } from '../verdict.ts';

/** The verdict on the study, how the comparisons divide, and the verdict on each claim that they name. */
export function verdictText({ study, comparisons }: Report): string {
  if (!study.test) return '**No verdict**: the study states no test, it describes.';
  const verdicts = comparisons.map(({ verdict }) => verdict);
  const counts = (['supported', 'not supported', 'undecided'] as const).flatMap((verdict) => {
    const count = verdicts.filter((one) => one === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  const split = verdicts.length === 1 ? '' : ` Of ${verdicts.length} comparisons: ${counts.join(', ')}.`;
  const summary = `**${capital(jointVerdict(verdicts))}** by the test stated beforehand.${split}`;
  const claims = [...new Set(comparisons.flatMap(({ comparison }) => comparison.claim ?? []))].sort((a, b) => a - b);
  if (claims.length < 2) return summary;
  const lines = claims.map((claim) => {
    const own = comparisons.filter(({ comparison }) => comparison.claim === claim);
    return `- Claim ${claim}: **${jointVerdict(own.map(({ verdict }) => verdict))}**`;
  });
  return `${summary}\n\n${lines.join('\n')}`;
}
