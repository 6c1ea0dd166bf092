import type { HealthProblem } from './system-health.ts';

/** What came and went since the check before. */
export interface HealthChange {
  /** The problems that are there now and were not, or were less severe. */
  readonly came: readonly HealthProblem[];
  /** The problems that were there and have been gone for a while. */
  readonly went: readonly HealthProblem[];
}

interface Held {
  readonly problem: HealthProblem;
  readonly seenAt: number;
}

/**
 * Tells which problems come and go. One comes at once, and goes when it has not been seen for a while, so
 * that a figure that flickers around its threshold is told of once.
 */
export class ProblemWatch {
  readonly #holdMs: number;
  readonly #held = new Map<string, Held>();

  constructor(holdMs: number) {
    this.#holdMs = holdMs;
  }

  /** The problems that came and did not go. */
  get problems(): readonly HealthProblem[] {
    return [...this.#held.values()].map(({ problem }) => problem);
  }

  /** Compares with the check before. */
  see(problems: readonly HealthProblem[], now: number): HealthChange {
    const came: HealthProblem[] = [];
    for (const problem of problems) {
      const key = keyOf(problem);
      const before = this.#held.get(key);
      const isWorse = before?.problem.severity === 'warning' && problem.severity === 'critical';
      if (before === undefined || isWorse) came.push(problem);
      // What was critical stays so until it is gone, or each flicker between the two would be told.
      const severity = before?.problem.severity === 'critical' ? 'critical' : problem.severity;
      this.#held.set(key, { problem: { ...problem, severity }, seenAt: now });
    }
    const went: HealthProblem[] = [];
    for (const [key, { problem, seenAt }] of this.#held) {
      if (now - seenAt < this.#holdMs || seenAt === now) continue;
      this.#held.delete(key);
      went.push(problem);
    }
    return { came, went };
  }
}

/** Two problems are the same when they are of one kind and place: their figures change. */
function keyOf({ kind, queue, scheduleId, group }: HealthProblem): string {
  return JSON.stringify([kind, queue, scheduleId, group]);
}
