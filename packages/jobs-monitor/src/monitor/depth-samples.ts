import type { QueueStats } from '@philjs/jobs-core';

/** How many samples in a row must rise before a backlog counts as growing. */
const RISING = 3;

interface Sample {
  readonly at: number;
  readonly stats: ReadonlyMap<string, QueueStats>;
}

/** Keeps the latest samples of the number of jobs that a running monitor took. */
export class DepthSamples {
  readonly #size: number;
  #samples: Sample[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Adds a sample of how many jobs each queue has. */
  add(at: number, stats: ReadonlyMap<string, QueueStats>): void {
    this.#samples = [...this.#samples, { at, stats }].slice(-this.#size);
  }

  /** Forgets all. */
  clear(): void {
    this.#samples = [];
  }

  /** Returns whether the waiting jobs of a queue rose in each of the latest samples. */
  isGrowing(queue: string): boolean {
    const depths = this.#samples.slice(-RISING - 1).map(({ stats }) => stats.get(queue)?.waiting);
    if (depths.length <= RISING) return false;
    return depths.every((depth, index) => index === 0 || rises(depths[index - 1], depth));
  }

  /** Adds up the waiting and delayed jobs of some queues in the last sample of a span; `undefined` without one. */
  backlogWithin(
    from: number,
    to: number,
    queues: readonly string[],
  ): Pick<QueueStats, 'waiting' | 'delayed'> | undefined {
    const last = this.#samples.findLast(({ at }) => at >= from && at < to);
    if (last === undefined) return undefined;
    const shown = queues.map((queue) => last.stats.get(queue));
    const sum = (state: 'waiting' | 'delayed'): number =>
      shown.reduce((all, stats) => all + (stats?.[state] ?? 0), 0);
    return { waiting: sum('waiting'), delayed: sum('delayed') };
  }

  /** Adds up the last sample in a span of time; returns `undefined` when there is none. */
  within(from: number, to: number): QueueStats | undefined {
    const last = this.#samples.findLast(({ at }) => at >= from && at < to);
    if (last === undefined) return undefined;
    return [...last.stats.values()].reduce((sum, stats) => ({
      waiting: sum.waiting + stats.waiting,
      delayed: sum.delayed + stats.delayed,
      active: sum.active + stats.active,
      completed: sum.completed + stats.completed,
      failed: sum.failed + stats.failed,
      cancelled: sum.cancelled + stats.cancelled,
      blocked: sum.blocked + stats.blocked,
      total: sum.total + stats.total,
    }));
  }
}

function rises(before: number | undefined, after: number | undefined): boolean {
  return before !== undefined && after !== undefined && after > before;
}
