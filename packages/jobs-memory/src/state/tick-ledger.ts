import type { TickEntry } from '@philjs/jobs-core';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { copyFact } from './job-copy.ts';

/** How many entries of one schedule are kept. */
const KEPT_ENTRIES = 100;
/** How many schedules that do not exist may have entries. */
const MAX_STRAYS = 1_000;

interface Line {
  readonly entry: TickEntry;
  /** The tick's time. */
  readonly rank: number;
  readonly seq: number;
}

/**
 * Notes what became of the ticks: the latest 100 of each schedule, and of a bounded number of
 * schedules that do not exist (yet, or any more).
 */
export class TickLedger {
  readonly #exists: (scheduleId: string) => boolean;
  readonly #all = new OrderedList<Line>();
  readonly #bySchedule = new Map<string, OrderedList<Line>>();
  readonly #strays = new Set<string>();
  #lastSeq = 0;

  constructor(exists: (scheduleId: string) => boolean) {
    this.#exists = exists;
  }

  /** Writes entries, replacing those of the same schedule and tick. */
  record(entries: readonly TickEntry[]): void {
    for (const entry of entries) {
      const lines = this.#linesOf(entry.scheduleId);
      const same = this.#find(lines, entry.tickAt);
      if (same !== undefined) this.#drop(lines, same);
      const line = { entry: copyFact(entry), rank: entry.tickAt, seq: ++this.#lastSeq };
      lines.insert(line);
      this.#all.insert(line);
      const first = lines.size > KEPT_ENTRIES ? lines.first() : undefined;
      if (first !== undefined) this.#drop(lines, first);
      this.#boundStrays(entry.scheduleId);
    }
  }

  /** Reads entries, latest tick first, of one schedule or of all. */
  read(limit: number, scheduleId?: string): TickEntry[] {
    const lines = scheduleId === undefined ? this.#all : this.#bySchedule.get(scheduleId);
    const entries: TickEntry[] = [];
    for (const { entry } of lines?.descending() ?? []) {
      if (entries.length >= limit) break;
      entries.push(copyFact(entry));
    }
    return entries;
  }

  /** Forgets the entries of a schedule. */
  forget(scheduleId: string): void {
    const lines = this.#bySchedule.get(scheduleId);
    for (const line of lines?.ascending() ?? []) this.#all.delete(line);
    this.#bySchedule.delete(scheduleId);
    this.#strays.delete(scheduleId);
  }

  #linesOf(scheduleId: string): OrderedList<Line> {
    let lines = this.#bySchedule.get(scheduleId);
    if (lines === undefined) {
      lines = new OrderedList();
      this.#bySchedule.set(scheduleId, lines);
    }
    return lines;
  }

  /** Forgets the stray that has been known longest, unless it exists by now. */
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

  #find(lines: OrderedList<Line>, tickAt: number): Line | undefined {
    const next = lines.ascending({ rank: tickAt, seq: 0 }).next().value;
    return next?.rank === tickAt ? next : undefined;
  }

  #drop(lines: OrderedList<Line>, line: Line): void {
    lines.delete(line);
    this.#all.delete(line);
  }
}
