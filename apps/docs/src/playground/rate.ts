/** How often something happens a second, over the last two seconds or so in which it could happen. */
export class Rate {
  readonly #span: number;
  /** Moments with the count reached by then, oldest first. */
  #marks: { readonly time: number; readonly count: number }[] = [];
  #count = 0;

  /** @param span milliseconds that are looked back */
  constructor(span = 2000) {
    this.#span = span;
  }

  count(): void {
    this.#count++;
  }

  /** Forgets the past, as after a pause. @param time in milliseconds */
  restart(time: number): void {
    this.#marks = [{ time, count: this.#count }];
  }

  /** @param time in milliseconds, never less than before */
  read(time: number): number {
    const marks = this.#marks;
    marks.push({ time, count: this.#count });
    while (marks.length > 2 && marks[1]!.time <= time - this.#span) marks.shift();
    const first = marks[0]!;
    return time > first.time ? (1000 * (this.#count - first.count)) / (time - first.time) : 0;
  }
}
