// A run in a process of its own, to be killed: node … train-child.ts DIRECTORY [MILLISECONDS A STEP]
import * as tf from '@tensorflow/tfjs';
import { adamW, Trainer, type TrainingEvent } from '../src/index.ts';
import { openRunDirectory } from '../src/node.ts';
import { countingTask, tinyModel } from './tiny.ts';

const [path = '', pause = '0'] = process.argv.slice(2);
await tf.setBackend('cpu');
const directory = await openRunDirectory(path, { config: { seed: 7, steps: 60 }, keep: 2, tensorBoard: true });
const slowDown = {
  // Busy rather than asleep, and at no particular point: a kill must find the run anywhere, writing files too.
  write(event: TrainingEvent) {
    const end = performance.now() + Number(pause);
    while (event.type === 'step' && performance.now() < end);
  },
};
const trainer = new Trainer({
  model: tinyModel(),
  task: countingTask,
  batchSize: 4,
  steps: 60,
  seed: 7,
  optimizer: adamW({ learningRate: 0.02 }),
  log: { every: 1 },
  evaluation: { every: 6, batches: 1, batchSize: 8 },
  sinks: [...directory.sinks, slowDown],
  checkpoint: { every: 4, store: directory.store },
});
for await (const event of trainer.run()) {
  if (event.type === 'start' || event.type === 'warning') console.log(JSON.stringify(event));
}
await directory.close();
