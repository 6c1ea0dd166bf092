import type { ScheduleRecord } from '@philjs/jobs-core/backend';
import { LATE_MS } from '../plan/due-ticks.ts';

type Due = Pick<ScheduleRecord, 'id' | 'nextAt'>;

/**
 * Remembers since when this process has been working on what is due, to which the lateness of its ticks counts. A process
 * or a store that stood still for longer than {@link LATE_MS} begins again: what came due meanwhile was missed.
 */
export class Backlog {
  #since: number | undefined;
  #reachedAt = Number.NEGATIVE_INFINITY;
  /** The ticks that another process changed while this one was about to fire them, by schedule. */
  readonly #lost = new Map<
    string,
    { readonly nextAt: number | undefined; readonly since: number }
  >();

  /** Since when it has been working on what is due; `undefined` when nothing is left. */
  get since(): number | undefined {
    return this.#since;
  }

  /** Notes that the store answered. */
  reached(now: number): void {
    if (now - this.#reachedAt > LATE_MS) this.#since = undefined;
    this.#reachedAt = now;
  }

  /** Notes a look; returns since when it has been working on what is due. */
  look(now: number): number {
    this.reached(now);
    this.#since ??= now;
    return this.#since;
  }

  /** Notes that a schedule is still due, as another process changed it. */
  lose({ id, nextAt }: Due, since: number): void {
    this.#lost.set(id, { nextAt, since });
  }

  /** Returns since when it has been working on a due schedule, which a look found. */
  foundAt({ id, nextAt }: Due, lookedAt: number): number {
    const lost = this.#lost.get(id);
    return lost !== undefined && lost.nextAt === nextAt ? Math.min(lost.since, lookedAt) : lookedAt;
  }

  /** Notes that nothing is left that is due. */
  done(): void {
    this.#since = undefined;
    this.#lost.clear();
  }
}
