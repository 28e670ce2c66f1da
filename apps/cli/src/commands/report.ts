import { setFlagsFromString } from 'node:v8';
import { writeReport } from '@switchyard/experiments';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { styleFor } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';

export const command = defineCommand({
  summary:
    'Write the report of a study beside its results (README.md, figure.svg, figure.png, figure-dark.png, results.csv, results.parquet), and print the paths of the files. The same results give the same bytes; notes.md becomes a part of README.md.',
  positionals: ['study'],
  schema: z.strictObject({
    study: z.string().describe('a study.yaml, or the folder that holds one'),
    json: z.boolean().default(false).describe('print files, comparisons and verdict as JSON'),
  }),
  examples: ['report studies/iarc-architectures', 'report studies/nt-ladder --json'],
  async run({ study, json }) {
    // The renderer draws two pictures: optimising its code takes longer than they do, and 80 MB.
    setFlagsFromString('--liftoff-only');
    const { files, runs, comparisons, verdict, problems } = await writeReport(study);
    if (json) {
      const results = comparisons.map(({ comparison, ...result }) => ({ ...result, ...comparison, name: result.name }));
      process.stdout.write(`${JSON.stringify({ files, runs, comparisons: results, verdict, problems })}\n`);
    } else process.stdout.write(files.map((file) => `${file}\n`).join(''));
    const style = styleFor(process.stderr);
    const lines = table(
      [
        { title: 'comparison', align: 'left' },
        { title: 'verdict', align: 'left' },
        { title: '', align: 'left' },
      ],
      comparisons.map(({ name, verdict, reason }) => [name, style.bold(verdict), reason]),
      { heading: style.dim },
    );
    const missing = problems.slice(0, 5).map((problem) => `missing: ${problem}`);
    if (problems.length > missing.length) missing.push(`and ${problems.length - missing.length} more`);
    const summary = `${runs.done} of ${runs.total} runs are done; ${verdict ?? 'the study states no test'}`;
    process.stderr.write(`\n${[...(comparisons.length > 0 ? lines : []), ...missing, summary].join('\n')}\n`);
  },
});
