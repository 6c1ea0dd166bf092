import { betweenSlices } from './between-slices.ts';

/** How long the transactions of a line may hold a file one after the other, in milliseconds. */
const STRETCH_MS = 50;

const lines = new Map<string, TransactionLine>();

/** Is the turn of a transaction. */
export interface Turn {
  /** Gives the file to the next one; `heldMs` says how long this one kept it locked, in milliseconds. */
  leave(heldMs: number): void;
}

/**
 * Lets the transactions of this process on one file begin one after the other, in the order they came: they need not
 * look again and again whether the file is free. After a stretch they leave it to other processes for a moment, which could
 * otherwise find it locked each time they look.
 */
export class TransactionLine {
  #last: Promise<void> = Promise.resolve();
  #stretchMs = 0;
  #leftAt = Number.NEGATIVE_INFINITY;

  /** Returns the line of a file. */
  static of(path: string): TransactionLine {
    const known = lines.get(path);
    if (known !== undefined) return known;
    const line = new TransactionLine();
    lines.set(path, line);
    return line;
  }

  /** Waits until those before have ended. */
  async enter(): Promise<Turn> {
    const before = this.#last;
    let next: () => void = () => undefined;
    this.#last = new Promise((resolve) => {
      next = resolve;
    });
    await before;
    const idleMs = performance.now() - this.#leftAt;
    if (this.#stretchMs > STRETCH_MS && idleMs < STRETCH_MS) await betweenSlices();
    if (this.#stretchMs > STRETCH_MS || idleMs >= STRETCH_MS) this.#stretchMs = 0;
    return {
      leave: (heldMs) => {
        this.#stretchMs += heldMs;
        this.#leftAt = performance.now();
        next();
      },
    };
  }
}
