/** Which earlier positions determine a token of an IARC sequence, straight from the rules as the guide states them. */
export function references(tokens: readonly string[], target: number, context: 'pointer' | 'anchor'): number[] {
  const isControl = (position: number) => /^[A-Z]$/.test(tokens[position]!);
  const earlier = Array.from({ length: target }, (_, position) => position);
  const control = earlier.findLast(isControl);
  if (control === undefined || isControl(target)) return [];

  const history = earlier.filter((position) => !isControl(position));
  const beforeControl = history.filter((position) => position < control);
  const current = history.at(-1);
  const value = current === undefined ? 0 : Number(tokens[current]);
  const emitted = history.length - beforeControl.length;
  const symbols = {
    I: [current],
    A: [current, history.at(-2)],
    R: [beforeControl.at(-1 - emitted)],
    C: [current, context === 'pointer' ? history.at(-2 - value) : beforeControl.at(-1)],
  }[tokens[control]!];
  const found = (symbols ?? []).filter((position) => position !== undefined);
  return found.length === symbols?.length ? [control, ...new Set(found)] : [];
}
