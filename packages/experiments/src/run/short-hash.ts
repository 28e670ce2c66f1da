import { createHash } from 'node:crypto';

/** Eight hexadecimal digits that tell configurations apart. */
export function shortHash(configuration: unknown): string {
  return createHash('sha256').update(JSON.stringify(configuration)).digest('hex').slice(0, 8);
}
