import type { HealthProblem } from './system-health.ts';

/** Describes the problems that came and went since the previous check. */
export interface HealthChange {
  /** The problems that are new, or have become more severe. */
  readonly came: readonly HealthProblem[];
  /** The problems that have been gone for a while. */
  readonly went: readonly HealthProblem[];
}

interface Held {
  readonly problem: HealthProblem;
  readonly seenAt: number;
}

/**
 * Tracks which problems come and go. A problem comes at once, and goes after it has not been seen for a while,
 * so that a figure that flickers around its threshold is reported once.
 */
export class ProblemWatch {
  readonly #holdMs: number;
  readonly #held = new Map<string, Held>();

  constructor(holdMs: number) {
    this.#holdMs = holdMs;
  }

  /** The problems that came and have not gone. */
  get problems(): readonly HealthProblem[] {
    return [...this.#held.values()].map(({ problem }) => problem);
  }

  /**
   * Compares the problems with those of the previous check. One that is no longer among them has not gone while
   * `mayGoOn` says that it may still be there.
   */
  see(
    problems: readonly HealthProblem[],
    now: number,
    mayGoOn: (problem: HealthProblem) => boolean,
  ): HealthChange {
    const came: HealthProblem[] = [];
    for (const problem of problems) {
      const key = keyOf(problem);
      const before = this.#held.get(key);
      const isWorse = before?.problem.severity === 'warning' && problem.severity === 'critical';
      if (before === undefined || isWorse) came.push(problem);
      // A critical problem stays critical until it is gone; otherwise each flicker between the two would be reported.
      const severity = before?.problem.severity === 'critical' ? 'critical' : problem.severity;
      this.#held.set(key, { problem: { ...problem, severity }, seenAt: now });
    }
    const went: HealthProblem[] = [];
    for (const [key, { problem, seenAt }] of this.#held) {
      if (seenAt === now) continue;
      if (mayGoOn(problem)) this.#held.set(key, { problem, seenAt: now });
      else if (now - seenAt >= this.#holdMs) {
        this.#held.delete(key);
        went.push(problem);
      }
    }
    return { came, went };
  }
}

/** Identifies a problem by its kind and place, without its figures, since those change. */
function keyOf({ kind, queue, scheduleId, group }: HealthProblem): string {
  return JSON.stringify([kind, queue, scheduleId, group]);
}
