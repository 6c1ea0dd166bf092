import type { DueSchedules, ScheduleRecord, ScheduleStore } from '@philjs/jobs-core/backend';
import { duePage } from '@philjs/jobs-core/internal';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import { copyFact } from './job-copy.ts';

/** Holds a schedule; among those that fire it is sorted by its next tick. */
interface Entry {
  readonly record: ScheduleRecord;
  readonly rank: number;
  readonly seq: number;
}

/** Holds the schedules of a queue, by id and by their next tick. It returns copies. */
export class ScheduleTable {
  readonly #entries = new Map<string, Entry>();
  readonly #due = new OrderedList<Entry>();
  readonly #ids: string[] = [];
  #watchers: readonly (() => void)[] = [];
  /** One counter for all schedules, so that a schedule made again under an old id never has an old revision. */
  #lastRevision = 0;

  /** Returns whether there is a schedule. */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Reads one schedule. */
  get(id: string): ScheduleRecord | undefined {
    return copyFact(this.#entries.get(id)?.record);
  }

  /** Returns the revision of a schedule; 0 when there is none. */
  revisionOf(id: string): number {
    return this.#entries.get(id)?.record.revision ?? 0;
  }

  /** Creates or changes a schedule, if the stored revision is the expected one (0: none). */
  put(
    schedule: Omit<ScheduleRecord, 'revision'>,
    expectedRevision?: number,
  ): ScheduleRecord | undefined {
    const { id, jobName, nextAt } = schedule;
    const known = this.#entries.get(id);
    const revision = known === undefined ? 0 : known.record.revision;
    if (expectedRevision !== undefined && expectedRevision !== revision) return undefined;
    if (known === undefined) this.#ids.splice(placeOf(id, this.#ids), 0, id);
    else this.#due.delete(known);
    const seq = ++this.#lastRevision;
    const [spec, state] = [copyFact(schedule.spec), copyFact(schedule.state)];
    const record: ScheduleRecord = { id, jobName, spec, state, nextAt, revision: seq };
    const entry = { record, rank: nextAt ?? Number.POSITIVE_INFINITY, seq };
    this.#entries.set(id, entry);
    if (nextAt !== undefined) this.#due.insert(entry);
    return copyFact(record);
  }

  /** Lists schedules by id, those behind `cursor`. */
  list(params: Parameters<ScheduleStore['list']>[0]): {
    schedules: ScheduleRecord[];
    cursor?: string;
  } {
    const { cursor, limit } = params;
    let start = cursor === undefined ? 0 : placeOf(cursor, this.#ids);
    if (cursor !== undefined && this.#ids[start] === cursor) start += 1;
    const page = this.#ids.slice(start, start + limit);
    const schedules = page.map((id) => copyFact((this.#entries.get(id) as Entry).record));
    const last = page.at(-1);
    const more = last !== undefined && start + limit < this.#ids.length;
    return more ? { schedules, cursor: last } : { schedules };
  }

  /** Removes a schedule; returns whether there was one. */
  remove(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#due.delete(entry);
    this.#entries.delete(id);
    this.#ids.splice(placeOf(id, this.#ids), 1);
    return true;
  }

  /** Reads the due schedules, earliest first, and when the next one after them is due. */
  due(now: number, limit: number, cursor?: string): DueSchedules {
    const found: ScheduleRecord[] = [];
    for (const entry of this.#due.ascending(cursor === undefined ? undefined : after(cursor))) {
      found.push(copyFact(entry.record));
      if (entry.rank > now || found.length > limit) break;
    }
    return duePage(found, limit, now);
  }

  /** Calls back after every change; returns a function that ends it. */
  watch(onChange: () => void): () => void {
    const watcher = (): void => onChange();
    this.#watchers = [...this.#watchers, watcher];
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== watcher);
    };
  }

  /** Notifies watchers that a change is complete. */
  tellChange(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/** Reads a cursor: the position after a schedule, even if that is gone. */
function after(cursor: string): Ranked {
  const [rank, seq] = JSON.parse(cursor) as [number, number];
  return { rank, seq };
}

/** Finds the position of an id in sorted ids, or where it would be. */
function placeOf(id: string, ids: readonly string[]): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as string) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
