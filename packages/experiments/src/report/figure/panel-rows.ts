/** Panels in rows of three or four, whichever fills them better, or of so many. */
export function panelRows<P>(
  panels: readonly P[],
  columns = panels.length % 3 === 0 || panels.length === 5 ? 3 : 4,
): P[][] {
  return Array.from({ length: Math.ceil(panels.length / columns) }, (_, row) =>
    panels.slice(row * columns, (row + 1) * columns),
  );
}
