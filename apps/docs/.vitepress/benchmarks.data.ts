import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createMarkdownRenderer } from 'vitepress';
import { drawStepBars } from '../../../benchmarks/src/results/bars.ts';
import { readStepResult, stepResultFile } from '../../../benchmarks/src/results/files.ts';
import { describeRun, stepTable, targetTable } from '../../../benchmarks/src/results/table.ts';

/** HTML of the parts of the page on performance. */
interface StepResultPage {
  readonly bars: string;
  readonly table: string;
  readonly targets: string;
  readonly run: string;
}

declare const data: StepResultPage | undefined;

export { data };

/** The result of `bench peers`, read when the site is built; undefined in a checkout without one. */
export default {
  watch: [fileURLToPath(stepResultFile)],
  async load(): Promise<StepResultPage | undefined> {
    if (!existsSync(stepResultFile)) return undefined;
    const result = readStepResult();
    const markdown = await createMarkdownRenderer(fileURLToPath(new URL('..', import.meta.url)));
    const [table, targets, run] = [stepTable(result), targetTable(result), describeRun(result)];
    return {
      bars: drawStepBars(result),
      table: markdown.render(table),
      targets: markdown.render(targets),
      run: markdown.render(run),
    };
  },
};
