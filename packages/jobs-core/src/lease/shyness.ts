import type { Clock } from '../clock/clock.ts';

/** How far, and for how long after it met a job it does not know, a worker yields to others. */
const SHY_MS = { by: 20, lasting: 60_000 } as const;

/**
 * Makes a worker that met a job it does not know yield to others. Two idle workers would otherwise wake at the same time, and
 * the one that does not know the job might always win.
 */
export class Shyness {
  readonly #clock: Clock;
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins, or begins again. */
  begin(): void {
    this.#until = this.#clock.now() + SHY_MS.lasting;
  }

  /** How much later the worker wakes up, in milliseconds. */
  get delayMs(): number {
    return this.#clock.now() < this.#until ? SHY_MS.by : 0;
  }
}
