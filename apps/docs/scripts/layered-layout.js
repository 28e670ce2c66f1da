/**
 * Places the nodes of an acyclic graph in rows: everything a node needs stands below it. Edges that skip rows get a narrow
 * place of their own in each row they pass, so that they run between the boxes; each row is ordered for few crossings.
 *
 * @param {string[]} ids
 * @param {[string, string][]} links from a node to what it needs
 * @param {{ box: { width: number, height: number }, gap: { column: number, row: number }, margin: number }} sizes
 */
export function layOut(ids, links, { box, gap, margin }) {
  const needs = (id) => links.filter(([from]) => from === id).map(([, to]) => to);
  const rowOf = (id) => 1 + Math.max(-1, ...needs(id).map(rowOf));
  const nodes = new Map(ids.map((id) => [id, { id, row: rowOf(id), width: box.width }]));

  const chains = links.map(([from, to]) => {
    const [upper, lower] = [nodes.get(from), nodes.get(to)];
    const passed = Array.from({ length: upper.row - lower.row - 1 }, (_, k) => ({ row: upper.row - 1 - k, width: 0 }));
    return [upper, ...passed, lower];
  });
  const everything = [...new Set([...nodes.values(), ...chains.flat()])];
  const rows = Array.from({ length: 1 + Math.max(...everything.map(({ row }) => row)) }, (_, row) =>
    everything.filter((node) => node.row === row),
  );
  const pairs = chains.flatMap((chain) => chain.slice(1).map((lower, k) => [chain[k], lower]));

  const widths = rows.map((row) => row.reduce((sum, node) => sum + node.width + gap.column, -gap.column));
  const width = Math.max(...widths);
  const place = (row, index) => {
    let left = margin + (width - widths[index]) / 2;
    for (const node of row) {
      node.x = left + node.width / 2;
      left += node.width + gap.column;
    }
  };
  rows.forEach(place);
  for (let sweep = 0; sweep < 4; sweep++) {
    rows.forEach((row, index) => {
      const orders = permutations(row).map((order) => {
        place(order, index);
        return { order, cost: cost(pairs) };
      });
      rows[index] = orders.reduce((best, next) => (next.cost < best.cost ? next : best)).order;
      place(rows[index], index);
    });
  }

  const top = (row) => margin + (rows.length - 1 - row) * (box.height + gap.row);
  const port = (node, neighbour, side) => {
    const peers = pairs.filter((pair) => pair[side] === node).map((pair) => pair[1 - side]);
    const rank = peers.sort((a, b) => a.x - b.x).indexOf(neighbour);
    return node.x + (rank - (peers.length - 1) / 2) * Math.min(28, node.width / (peers.length + 1));
  };
  const edges = chains.map((chain) =>
    chain.flatMap((node, k) => {
      const bottom = { x: chain[k + 1] && port(node, chain[k + 1], 0), y: top(node.row) + box.height };
      const head = { x: chain[k - 1] && port(node, chain[k - 1], 1), y: top(node.row) };
      return k === 0 ? [bottom] : k === chain.length - 1 ? [head] : [head, bottom];
    }),
  );
  const positions = new Map(
    [...nodes.values()].map((node) => [node.id, { x: node.x - node.width / 2, y: top(node.row) }]),
  );
  return { positions, edges, width: width + 2 * margin, height: top(0) + box.height + margin };
}

/** Crossings first, then total sideways distance. */
function cost(pairs) {
  let crossings = 0;
  for (const [a, b] of pairs) {
    for (const [c, d] of pairs) {
      if (a.row === c.row && (a.x - c.x) * (b.x - d.x) < 0) crossings++;
    }
  }
  return 1e5 * crossings + pairs.reduce((sum, [a, b]) => sum + Math.abs(a.x - b.x), 0);
}

function permutations(items) {
  if (items.length < 2) return [items];
  return items.flatMap((item, k) => permutations(items.toSpliced(k, 1)).map((rest) => [item, ...rest]));
}
