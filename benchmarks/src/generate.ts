import { iarc } from '@switchyard/tasks';

export interface GenerateMeasurement {
  readonly benchmark: 'generate';
  readonly task: string;
  readonly window: number;
  readonly batchSize: number;
  /** Tokens of the batches made, burn-in not counted. */
  readonly tokens: number;
  /** Processor time of the whole process, so that other work on the machine does not count. */
  readonly cpuSeconds: number;
  readonly tokensPerSecond: number;
}

/** Measures how fast IARC with default options makes batches on one core, over about `seconds` of processor time. */
export function measureGenerate(window = 64, batchSize = 100, seconds = 1): GenerateMeasurement {
  const task = iarc();
  const tokensPerBatch = batchSize * (window + 1);
  let index = 0;
  const run = (limit: number): { tokens: number; cpuSeconds: number } => {
    const start = process.cpuUsage();
    for (let tokens = 0; ; ) {
      task.batch({ seed: 1, index: index++, batchSize, window });
      tokens += tokensPerBatch;
      const { user, system } = process.cpuUsage(start);
      const cpuSeconds = (user + system) / 1e6;
      if (cpuSeconds >= limit) return { tokens, cpuSeconds };
    }
  };
  run(seconds / 4); // compiles
  const { tokens, cpuSeconds } = run(seconds);
  const tokensPerSecond = Math.round(tokens / cpuSeconds);
  return { benchmark: 'generate', task: task.name, window, batchSize, tokens, cpuSeconds, tokensPerSecond };
}

/** Prints one measurement a line: short windows cost more, because each sequence is run in before it. */
export async function benchmarkGenerate(): Promise<void> {
  for (const window of [20, 64, 256]) console.log(JSON.stringify(measureGenerate(window)));
}
