import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ImageClassifier,
  type ImageSplit,
  loadImageClassifier,
  trainImageClassifier,
} from '@switchyard/diffusion';
import { writeFileAtomically } from '@switchyard/training/node';

/**
 * The classifier that judges the samples of a run: trained when it is first asked for, and kept in the run directory. It
 * depends on images and backend alone, so all runs on the same images have the same.
 */
export async function runClassifier(directory: string, images: ImageSplit): Promise<ImageClassifier> {
  const path = join(directory, 'classifier.safetensors');
  if (existsSync(path)) return loadImageClassifier(images, readFileSync(path));
  const classifier = await trainImageClassifier(images);
  await writeFileAtomically(path, await classifier.weights());
  return classifier;
}
