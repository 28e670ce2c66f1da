import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadStudy } from '../src/study/load-study.ts';
import { planCells } from '../src/study/plan.ts';
import { temporaryDirectory } from './temporary.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

test.each(['packages/experiments/README.md', 'apps/docs/guide/studies.md'])(
  'the study that %s shows can be carried out',
  async (document) => {
    const [, yaml] = /^```yaml\n([\s\S]*?)^```/m.exec(readFileSync(join(root, document), 'utf8'))!;
    const path = join(temporaryDirectory(), 'study.yaml');
    writeFileSync(path, yaml!);
    const study = await loadStudy(path);
    expect(planCells(study).length).toBeGreaterThan(1);
    expect(study.test?.comparisons.length).toBeGreaterThan(0);
  },
);

const studies = readdirSync(join(root, 'studies'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('study.yaml'),
);

test.each(studies)('studies/%s can be carried out', async (name) => {
  expect(planCells(await loadStudy(join(root, 'studies', name))).length).toBeGreaterThan(0);
});
