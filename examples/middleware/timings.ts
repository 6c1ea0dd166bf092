import type { Middleware } from '@philjs/jobs-core';

/** Measures how long runs take. */
export class Timings {
  readonly #ms: number[] = [];

  /** Measures the run, and writes the time to the job's log. */
  readonly middleware: Middleware = async (_payload, ctx, next) => {
    const startedAt = performance.now();
    try {
      return await next();
    } finally {
      const ms = performance.now() - startedAt;
      this.#ms.push(ms);
      ctx.log(`took ${ms.toFixed(0)} ms`);
    }
  };

  /** Returns how many runs there were and how long they took. */
  toString(): string {
    const sorted = this.#ms.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return `${sorted.length} runs, median ${median.toFixed(0)} ms, longest ${(sorted.at(-1) ?? 0).toFixed(0)} ms`;
  }
}
