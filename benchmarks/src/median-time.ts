import { median } from './results/statistics.ts';

/**
 * Milliseconds of one call: the median over 7 rounds, each of as many calls as take about 0.4 s, after 10 calls to
 * warm up. The same protocol as the PyTorch peer's, so that the numbers can be divided.
 */
export async function medianTime(call: () => void | Promise<void>): Promise<number> {
  const time = async (calls: number): Promise<number> => {
    const start = performance.now();
    for (let index = 0; index < calls; index++) await call();
    return (performance.now() - start) / calls;
  };
  await time(10);
  const calls = Math.max(5, Math.floor(400 / Math.max(0.1, await time(1))));
  const rounds: number[] = [];
  for (let round = 0; round < 7; round++) rounds.push(await time(calls));
  return median(rounds);
}
