import { type ModelConfig, modelSchema } from '@switchyard/models';
import { z } from 'zod';
import { ConfigError } from '../config/config-error.ts';
import { type KeyName, validate } from '../config/validate.ts';
import { evaluationSeed } from '../run/evaluation-seed.ts';
import type { ImageRun } from '../run/run.ts';
import type { RunKind } from '../run/run-kind.ts';
import { checkDerived, modelKeys, type RunOptions } from '../run/run-schema.ts';
import { resolveImages } from './image-config.ts';
import { imageObjective } from './image-objective.ts';
import type { ImagesConfig } from './image-schema.ts';
import { type ImageForm, imagesFile, imagesText, readImages } from './images-file.ts';

/** Runs on images. */
export const images: RunKind<ImageRun> = {
  keys: [],
  counts: { step: 'images', evaluation: 'samples' },
  scores: ['loss', 'accuracy'],
  measures: ['frechetDistance'],
  // Sees quality and variety. Accuracy is best where one clear image of each class is drawn again and again.
  goodness: ({ measures }) => -(measures?.frechetDistance ?? Number.POSITIVE_INFINITY),
  resolve(options, name) {
    const { seed, backend, batchSize, steps, task: wanted, ...others } = options;
    const { model: _model, window: _window, loss: _loss, ...rest } = others;
    const { config, task } = resolveImages(wanted as ImagesConfig);
    const { seed: frozen = evaluationSeed(seed), positions: _positions, ...evaluation } = rest.evaluation;
    return {
      kind: 'images',
      task,
      config: {
        ...{ seed, backend, batchSize, steps, task: config, model: imageModel(options, task, name), ...rest },
        evaluation: { ...evaluation, seed: frozen },
      },
      files: { [imagesFile]: imagesText(task) },
    };
  },
  readModel: (directory, options, name) =>
    imageModel(options, readImages(directory, options.task as ImagesConfig), name),
  objective: imageObjective,
};

/** The model of checked options, for these images. @throws ConfigError */
function imageModel(options: RunOptions, { size, channels, ruleNames }: ImageForm, name: KeyName): ModelConfig {
  checkDerived(options, name);
  const { model, seed } = options;
  if (model.kind !== 'uvit') {
    throw new ConfigError(
      `${name('model.kind')} is "${model.kind}", a model of tokens; task images is one of images and takes uvit`,
    );
  }
  const full = { ...model, image: size, channels, classes: ruleNames.length, seed };
  return validate(z.strictObject({ model: modelSchema }), { model: full }, modelKeys, name).model;
}
