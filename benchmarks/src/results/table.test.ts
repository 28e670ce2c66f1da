import { expect, test } from 'vitest';
import { exampleResult } from '../../test/examples.ts';
import { drawStepBars } from './bars.ts';
import { describeRun, formatRatio, stepTable, targetTable } from './table.ts';

test('the table has a row for each configuration and a column for each participant', () => {
  expect(`\n${stepTable(exampleResult())}\n`).toBe(`
| training step, ms    | \`simd\`, 2 threads | PyTorch eager |  tfjs wasm |   tfjs cpu |
| -------------------- | ----------------: | ------------: | ---------: | ---------: |
| transformer-ea small |              2.00 |   2.80 (1.4×) | 30.0 (15×) | 200 (100×) |
| transformer-ea large |               110 |  99.0 (0.90×) | 4000 (36×) |          – |
`);
});

test('the table of targets names what was not reached', () => {
  expect(`\n${targetTable(exampleResult())}\n`).toBe(`
| reached, and the target |     PyTorch eager |    tfjs wasm |
| ----------------------- | ----------------: | -----------: |
| transformer-ea small    | no: 1.40× of 1.5× | 15.0× of 10× |
| transformer-ea large    |    0.900× of 0.8× | 36.3× of 10× |
`);
});

test('a ratio just below its target does not look as if it had reached it', () => {
  const result = exampleResult();
  const [first] = result.targets;
  const table = targetTable({ ...result, targets: [{ ...first!, ratio: 1.4999, reached: false }] });
  expect(table).toContain('no: 1.49× of 1.5×');
});

test('ratios have two digits', () => {
  expect([0.456, 0.994, 1.04, 9.94, 18.4, 123.4].map(formatRatio)).toEqual([
    '0.46×',
    '0.99×',
    '1.0×',
    '9.9×',
    '18×',
    '123×',
  ]);
});

test('the run is described with machine, versions and who is missing', () => {
  const text = describeRun(exampleResult());
  expect(text).toContain('3 interleaved rounds of about 0.3 s');
  expect(text).toContain('on 2026-01-02 on Abacus 9, 2 cores (x86_64), Linux 6.1, Node 20.19.0 (V8 11.3)');
  expect(text).toContain('load average before the run 0.10');
  expect(text).toContain('PyTorch 2.13.0');
  expect(text).toMatch(/tfjs-node is missing: it is not installed\.$/);
});

test('the bars start at the line of equal time, longer ones stand for greater ratios', () => {
  const svg = drawStepBars(exampleResult());
  const bars = [
    ...svg.matchAll(
      /<rect class="peer-(\d)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="12"><title>(.*?)<\/title>/g,
    ),
  ];
  const [pytorch, wasm, cpu, slower] = bars.map(([, peer, x, width, title]) => ({
    peer: Number(peer),
    from: Number(x),
    to: Number(x) + Number(width),
    title,
  }));
  expect(bars).toHaveLength(5);
  expect(pytorch!.title).toBe('transformer-ea small, PyTorch eager: 1.4×, middle half 1.4× to 1.7×');
  const one = pytorch!.from;
  expect([wasm!.from, cpu!.from]).toEqual([one, one]);
  expect(slower!.to).toBeCloseTo(one, 0);
  expect(slower!.from).toBeLessThan(one);
  // logarithmic: 15 is as far from 1 as 225 from 15
  expect((wasm!.to - one) / (cpu!.to - one)).toBeCloseTo(Math.log(15) / Math.log(100), 2);
});
