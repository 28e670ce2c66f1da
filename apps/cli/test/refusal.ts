import { expect } from 'vitest';
import { filesIn, switchyard } from './run.ts';

/** Expects exit code 2, one line on stderr, nothing on stdout, and no file beyond those that were there. */
export async function expectRefusal(
  directory: string,
  args: readonly string[],
  message: string | RegExp,
): Promise<void> {
  const before = filesIn(directory);
  const { code, stdout, stderr } = await switchyard(args, directory);
  expect(stderr).toMatch(/^switchyard: [^\n]+\n$/);
  expect(stderr.replace(/^switchyard: /, '').trimEnd()).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(filesIn(directory)).toEqual(before);
}
