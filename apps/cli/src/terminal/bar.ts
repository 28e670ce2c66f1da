import type { Style } from './style.ts';

/** A share of 1 as a line of so many columns. */
export function bar(share: number, columns: number, style: Style): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return style.cyan('━'.repeat(filled)) + style.dim('─'.repeat(columns - filled));
}
