import { noiseScheduleNames, samplerNames } from '@switchyard/diffusion';
import { z } from 'zod';

const count = z.int().min(1);

const samplingSchema = z.strictObject({
  images: count.default(100).describe('images that every evaluation draws and measures, the classes in turn'),
  sampler: z.enum(samplerNames).default('dpm-solver').describe('how they are drawn'),
  steps: count.default(20).describe('predictions of the noise for each of them'),
  guidance: z.number().min(0).default(1.5).describe('strength of the class in them; 1 is the plain prediction'),
});

export const imagesSchema = z.strictObject({
  kind: z.literal('images'),
  source: z
    .enum(['mnist', 'folder'])
    .optional()
    .describe('where images come from; by default the folder that path names, without one mnist'),
  path: z.string().min(1).optional().describe('a folder of PNG and JPEG files, a subfolder for each class'),
  size: count.optional().describe('width and height that images of a folder are made to; 28 unless given'),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .optional()
    .describe('of images of a folder: 1 for grey, 3 for colours; 1 unless given'),
  validation: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe('share of the images of every class that is kept for evaluations'),
  noise: z.enum(noiseScheduleNames).default('linear').describe('schedule by which noise is added'),
  timesteps: z.int().min(21).default(1000).describe('timesteps of that schedule'),
  dropClass: z.number().min(0).max(1).default(0.1).describe('share of training images whose class is not told (c)'),
  sampling: samplingSchema.prefault({}),
  hash: z
    .string()
    .optional()
    .describe('hash of the names and sizes of the files; a run refuses others; filled in when it begins'),
});

export type ImagesConfig = z.output<typeof imagesSchema>;
