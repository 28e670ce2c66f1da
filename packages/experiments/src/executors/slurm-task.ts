import { dirname } from 'node:path';
import { executeRun } from './execute-run.ts';
import { readRequest, writeOutcome } from './slurm-batch.ts';

// A task of an array job: node slurm-task.js REQUESTS INDEX. Slurm asks it to end with SIGTERM, and then gives it a while.

const [path = '', index = ''] = process.argv.slice(2);
const task = Number(index);
const controller = new AbortController();
process.on('SIGTERM', () => controller.abort());
const outcome = await executeRun(readRequest(path, task), { signal: controller.signal });
writeOutcome(dirname(path), task, outcome);
process.exit(); // threads of a backend do not keep it
