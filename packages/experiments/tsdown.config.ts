import { library } from '@switchyard/tooling/tsdown';

export default library(
  [
    'src/index.ts',
    'src/browser/index.ts',
    'src/config/index.ts',
    'src/run/index.ts',
    'src/executors/local-worker.ts',
    'src/executors/slurm-task.ts',
  ],
  {
    platform: 'node',
  },
);
