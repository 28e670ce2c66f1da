// A run in a process of its own, to be killed: node … train-child.ts DIRECTORY
import * as tf from '@tensorflow/tfjs';
import { adamW, Trainer } from '../src/index.ts';
import { openRunDirectory } from '../src/node.ts';
import { countingTask, tinyModel } from './tiny.ts';

const [path = ''] = process.argv.slice(2);
await tf.setBackend('cpu');
const directory = await openRunDirectory(path, { config: { seed: 7, steps: 60 }, keep: 2, tensorBoard: true });
const trainer = new Trainer({
  model: tinyModel(),
  task: countingTask,
  batchSize: 4,
  steps: 60,
  seed: 7,
  optimizer: adamW({ learningRate: 0.02 }),
  log: { every: 1 },
  evaluation: { every: 6, batches: 1, batchSize: 8 },
  sinks: directory.sinks,
  checkpoint: { every: 4, store: directory.store },
});
for await (const event of trainer.run()) {
  if (event.type === 'start' || event.type === 'step') console.log(event.step);
}
await directory.close();
