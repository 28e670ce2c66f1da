import { paperClaims, reconstructions } from '../claims.ts';
import type { Report } from '../study-report.ts';

/** The claims of papers that the study names, with their marks, and what of them rests on our reading. */
export function claimsText({ study }: Report): string {
  const known = study.papers.flatMap((number) => {
    const claim = paperClaims[number];
    return claim ? [{ number, ...claim }] : [];
  });
  return [...new Set(known.map(({ paper }) => paper))]
    .map((paper) => {
      const claims = known.filter((claim) => claim.paper === paper);
      const reading = reconstructions[paper];
      return [
        `${paper}, states (p):\n`,
        ...claims.map(({ number, text }) => `- Claim ${number}: ${text}`),
        ...(reading === undefined ? [] : [`\n${reading}`]),
      ].join('\n');
    })
    .join('\n\n');
}
