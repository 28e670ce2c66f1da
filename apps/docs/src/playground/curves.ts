/**
 * The curves of a model so far. A curve that has grown too long is thinned out: two neighbouring points become one, with the
 * later step and the mean of everything else.
 */
export class Curves {
  readonly #most: number;
  readonly #width: number;
  #rows: number[][] = [];
  /** How many of the points that came make one of these. */
  #stride = 1;
  #waiting: number[][] = [];

  /** @param most points that are kept, an even number */
  constructor(rules: number, most = 1200) {
    this.#width = 3 + rules;
    this.#most = most;
  }

  get length(): number {
    return this.#rows.length;
  }

  /** One column: 0 step, 1 loss, 2 accuracy, 3 … accuracy of every rule. */
  column(index: number): number[] {
    return this.#rows.map((row) => row[index]!);
  }

  /** @param points rows of step, loss, accuracy and the accuracy of every rule */
  add(points: Float64Array): void {
    for (let start = 0; start + this.#width <= points.length; start += this.#width) {
      this.#waiting.push([...points.subarray(start, start + this.#width)]);
      if (this.#waiting.length < this.#stride) continue;
      this.#rows.push(merged(this.#waiting));
      this.#waiting = [];
      if (this.#rows.length === this.#most) this.#halve();
    }
  }

  #halve(): void {
    const pairs = this.#rows.length / 2;
    this.#rows = Array.from({ length: pairs }, (_, pair) => merged(this.#rows.slice(2 * pair, 2 * pair + 2)));
    this.#stride *= 2;
  }
}

function merged(rows: readonly number[][]): number[] {
  return rows[0]!.map((_, column) => (column === 0 ? rows.at(-1)![0]! : meanOf(rows.map((row) => row[column]!))));
}

/** The mean of the numbers among them; NaN where there is none. */
function meanOf(values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
