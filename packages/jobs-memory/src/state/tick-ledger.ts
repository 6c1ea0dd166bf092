import type { JsonObject } from '@philjs/jobs-core';
import { KEPT_TICKS, type TickEntry } from '@philjs/jobs-core/backend';

/** The number of non-existing schedules that may have entries. */
const MAX_STRAYS = 1_000;

/** Says how entries are written. */
export interface RecordOptions {
  /** The number of entries of a schedule to keep. */
  readonly keep?: number | undefined;
  /** Whether only entries that are there are replaced. */
  readonly known?: boolean | undefined;
}

/** Holds the entries of one schedule as JSON, by their ticks, in the order in which they were first written. */
interface Page {
  readonly details: Map<number, string>;
  /** The latest tick. */
  latest: number;
}

/**
 * Records what happened to ticks: a limited number of entries of each schedule, and of a bounded number of schedules
 * that do not exist (yet, or any more). An entry takes little more than its text.
 */
export class TickLedger {
  readonly #exists: (scheduleId: string) => boolean;
  readonly #pages = new Map<string, Page>();
  readonly #strays = new Set<string>();

  constructor(exists: (scheduleId: string) => boolean) {
    this.#exists = exists;
  }

  /** Writes entries, replacing those of the same schedule and tick; those written first make room. */
  record(entries: readonly TickEntry[], options: RecordOptions = {}): void {
    const { keep = KEPT_TICKS, known = false } = options;
    for (const { scheduleId, tickAt, detail } of entries) {
      const page = this.#pages.get(scheduleId) ?? { details: new Map(), latest: tickAt };
      if (known && !page.details.has(tickAt)) continue;
      page.details.set(tickAt, JSON.stringify(detail));
      page.latest = Math.max(page.latest, tickAt);
      this.#pages.set(scheduleId, page);
      if (!known) bound(page, keep);
      this.#boundStrays(scheduleId);
    }
  }

  /** Reads entries, latest tick first, of one schedule or of all. */
  read(limit: number, scheduleId?: string): TickEntry[] {
    const ids = scheduleId === undefined ? this.#latest(limit) : [scheduleId];
    const found = ids.flatMap((id) => {
      const ticks = [...(this.#pages.get(id)?.details.keys() ?? [])];
      return ticks.map((tickAt) => ({ id, tickAt }));
    });
    const page = found.sort((a, b) => b.tickAt - a.tickAt).slice(0, limit);
    return page.map(({ id, tickAt }) => ({
      scheduleId: id,
      tickAt,
      detail: JSON.parse(this.#pages.get(id)?.details.get(tickAt) ?? '{}') as JsonObject,
    }));
  }

  /** Forgets the entries of a schedule. */
  forget(scheduleId: string): void {
    this.#pages.delete(scheduleId);
    this.#strays.delete(scheduleId);
  }

  /** Finds the schedules that have the latest entries of all: as many schedules as entries are wanted. */
  #latest(limit: number): string[] {
    const pages = [...this.#pages].sort(([, a], [, b]) => b.latest - a.latest);
    return pages.slice(0, limit).map(([id]) => id);
  }

  /** Notes a schedule that does not exist; beyond their limit, forgets the oldest one that still does not exist. */
  #boundStrays(scheduleId: string): void {
    if (!this.#exists(scheduleId)) this.#strays.add(scheduleId);
    if (this.#strays.size <= MAX_STRAYS) return;
    for (const stray of this.#strays) {
      this.#strays.delete(stray);
      if (this.#exists(stray)) continue;
      this.forget(stray);
      return;
    }
  }
}

/** Removes the entries written first until no more than `keep` are left. */
function bound(page: Page, keep: number): void {
  if (page.details.size <= keep) return;
  let lostLatest = false;
  for (const tickAt of page.details.keys()) {
    if (page.details.size <= keep) break;
    page.details.delete(tickAt);
    lostLatest ||= tickAt === page.latest;
  }
  if (lostLatest) page.latest = Math.max(...page.details.keys());
}
