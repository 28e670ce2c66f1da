export { ddim } from './ddim.ts';
export { ddpm } from './ddpm.ts';
export { type Denoiser, denoiser, predictions } from './denoiser.ts';
export {
  type DiffusionObjectiveOptions,
  diffusionObjective,
  judgeSamples,
  type SamplingOptions,
} from './diffusion-objective.ts';
export { dpmSolver } from './dpm-solver.ts';
export { DiffusionError, type DiffusionErrorCode } from './errors.ts';
export { type FeatureStatistics, featureStatistics, frechetDistance } from './frechet-distance.ts';
export { guide } from './guidance.ts';
export { type ImageBatch, type ImageBatchOptions, imageBatch } from './image-batch.ts';
export {
  featureDimensions,
  type ImageClassifier,
  loadImageClassifier,
  trainImageClassifier,
} from './image-classifier.ts';
export { type GridOptions, gridPng } from './image-grid.ts';
export { type ImageSet, type ImageSplit, imageLength, imagesAt, splitImages, toBytes } from './image-set.ts';
export { noisePredictionLoss } from './noise-prediction-loss.ts';
export {
  cosineSchedule,
  levelAt,
  linearSchedule,
  logSnr,
  type NoiseSchedule,
  type NoiseScheduleName,
  noiseSchedule,
  noiseScheduleNames,
} from './noise-schedule.ts';
export { type NoisyBatch, type NoisyBatchOptions, noisyBatch, noisyTensors } from './noisy-batch.ts';
export { type SampleOptions, type SamplerName, sample, samplerNames } from './sample.ts';
export { type SampleImagesOptions, sampleImages } from './sample-images.ts';
export { type PredictNoise, type SamplerOptions, type Spacing, type StepNoise, samplingTimesteps } from './sampler.ts';
export { type Eigen, symmetricEigen } from './symmetric-eigen.ts';
