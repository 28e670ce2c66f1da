/** How fast a run goes. Time spent outside `time` (evaluations, checkpoints, the caller) is not training time. */
export class Pace {
  readonly #tokensPerStep: number;
  readonly #began = performance.now();
  #trainingTime = 0;
  #stepsSinceReading = 0;
  #stepsInAll = 0;

  constructor(tokensPerStep: number) {
    this.#tokensPerStep = tokensPerStep;
  }

  /** Runs a part of a training step. */
  async time<T>(work: () => T | Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.#trainingTime += performance.now() - began;
    return result;
  }

  /** Counts a finished step. */
  step(): void {
    this.#stepsSinceReading++;
    this.#stepsInAll++;
  }

  /** Training tokens a second since the last reading, and seconds left by the wall clock of the whole run so far. */
  read(stepsLeft: number): { tokensPerSecond: number; secondsLeft: number } {
    const tokensPerSecond = (1000 * this.#tokensPerStep * this.#stepsSinceReading) / this.#trainingTime;
    this.#trainingTime = 0;
    this.#stepsSinceReading = 0;
    return { tokensPerSecond, secondsLeft: (this.seconds() / this.#stepsInAll) * stepsLeft };
  }

  /** Wall time since the run began. */
  seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }
}
