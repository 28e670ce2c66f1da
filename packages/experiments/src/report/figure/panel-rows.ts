/** Panels in rows of three or four, whichever fills them better. */
export function panelRows<P>(panels: readonly P[]): P[][] {
  const columns = panels.length % 3 === 0 || panels.length === 5 ? 3 : 4;
  return Array.from({ length: Math.ceil(panels.length / columns) }, (_, row) =>
    panels.slice(row * columns, (row + 1) * columns),
  );
}
