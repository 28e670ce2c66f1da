export { RandomError } from './errors.ts';
export type { Label } from './label.ts';
export { createStream, type Distribution, type Stream } from './stream.ts';
