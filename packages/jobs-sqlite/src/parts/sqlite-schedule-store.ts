import type { JsonObject } from '@philjs/jobs-core';
import type {
  AddResult,
  DueSchedules,
  ScheduleRecord,
  ScheduleStore,
  Subscription,
  TickEntry,
} from '@philjs/jobs-core/backend';
import { duePage, fromText, schedulePage, toText } from '@philjs/jobs-core/internal';
import type { Row } from '../database/sqlite-file.ts';
import { addUnknownJobs } from '../jobs/add-jobs.ts';
import type { ChangeWatcher } from '../state/change-watcher.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { readTicks, recordTicks } from './tick-ledger.ts';
import { forgetRuns, liveRuns, trackRuns } from './tracked-runs.ts';

type Params<TMethod extends keyof ScheduleStore> = Parameters<ScheduleStore[TMethod]>[0];

/** Describes the result of a `fire`. */
interface FireResult {
  readonly fired: boolean;
  readonly schedule?: ScheduleRecord;
  readonly results?: readonly AddResult[];
}

const FIND = 'SELECT * FROM philjs_jobs_schedules WHERE queue = ? AND id = ?';

/** Keeps schedules and the ledger of their ticks; each change is one transaction. */
export class SqliteScheduleStore implements ScheduleStore {
  readonly #open: () => { readonly store: SqliteQueueStore; readonly watcher: ChangeWatcher };
  readonly #stops = new Set<() => void>();

  constructor(open: () => { readonly store: SqliteQueueStore; readonly watcher: ChangeWatcher }) {
    this.#open = open;
  }

  /** Creates or changes a schedule. */
  async put({ schedule, expectedRevision }: Params<'put'>): Promise<ScheduleRecord | undefined> {
    return this.#open().store.change((change) => write(change, schedule, expectedRevision));
  }

  /** Creates or changes schedules: all, or none. */
  async putAll({ schedules }: Params<'putAll'>): Promise<ScheduleRecord[] | undefined> {
    return this.#open().store.change((change) => {
      const fits = schedules.every(
        ({ schedule, expectedRevision }) =>
          expectedRevision === undefined || revisionOfOne(change, schedule.id) === expectedRevision,
      );
      if (!fits) return undefined;
      return schedules.map(({ schedule }) => write(change, schedule, undefined) as ScheduleRecord);
    });
  }

  /** Reads one schedule. */
  async get({ id }: Params<'get'>): Promise<ScheduleRecord | undefined> {
    const { file, queue } = this.#open().store;
    const row = file.get(FIND, queue, toText(id));
    return row === undefined ? undefined : toSchedule(row);
  }

  /** Lists schedules by id; the cursor is the last id. */
  async list(params: Params<'list'>): ReturnType<ScheduleStore['list']> {
    const { cursor, limit } = params;
    const { file, queue } = this.#open().store;
    const sql =
      'SELECT * FROM philjs_jobs_schedules WHERE queue = ? AND id > ? ORDER BY id LIMIT ? + 0';
    const after = cursor === undefined ? '' : toText(cursor);
    const found = file.all(sql, queue, after, limit + 1).map(toSchedule);
    return schedulePage(found, limit);
  }

  /** Removes a schedule and its ledger. */
  async remove({ id }: Params<'remove'>): Promise<boolean> {
    return this.#open().store.change((change) => {
      const { file, queue } = change;
      const sql = 'DELETE FROM philjs_jobs_schedules WHERE queue = ? AND id = ?';
      if (file.run(sql, queue, toText(id)) === 0) return false;
      file.run('DELETE FROM philjs_jobs_ticks WHERE queue = ? AND schedule = ?', queue, toText(id));
      forgetRuns(file, queue, id);
      change.nextRevision();
      return true;
    });
  }

  /** Reads the schedules that are due, earliest first; a cursor is the place of the last one. */
  async due(params: Params<'due'>): Promise<DueSchedules> {
    const { file, queue, clock } = this.#open().store;
    const { now = clock.now(), limit, cursor } = params;
    const [nextAt, revision] = JSON.parse(cursor ?? '[-1e16, 0]') as [number, number];
    const sql = `SELECT * FROM philjs_jobs_schedules WHERE queue = ? AND next_at IS NOT NULL
      AND (next_at, revision) > (?, ?) ORDER BY next_at, revision LIMIT ? + 0`;
    const found = file.all(sql, queue, nextAt, revision, limit + 1).map(toSchedule);
    return duePage(found, limit, now);
  }

  /** Claims ticks: the schedule, its jobs and the ledger change together or not at all. */
  async fire(params: Params<'fire'>): Promise<FireResult> {
    const { id, expectedRevision, jobs, ifDuplicate, keep, track } = params;
    return this.#open().store.change((change): FireResult => {
      const row = change.file.get(FIND, change.queue, toText(id));
      if (row === undefined || Number(row['revision']) !== expectedRevision)
        return { fired: false };
      const added = addUnknownJobs(change, jobs);
      const results = added.map((result) => ({ id: result.id, outcome: result.outcome }));
      const isDropped = results[0]?.outcome === 'duplicate';
      const { nextAt, state, entries } = (isDropped && ifDuplicate) || params;
      const fired = { ...toSchedule(row), nextAt, state };
      const schedule = write(change, fired, undefined) as ScheduleRecord;
      const { file, queue } = change;
      recordTicks(file, queue, { entries, keep });
      const stored = results.filter(({ outcome }) => outcome !== 'duplicate');
      const ids = stored.map((result) => result.id);
      if (track) trackRuns(file, queue, id, ids);
      return { fired: true, schedule, results };
    });
  }

  /** Lists the jobs of a schedule that have not ended. */
  async liveRuns({ id }: Params<'liveRuns'>): Promise<string[]> {
    const { file, queue } = this.#open().store;
    return file.atomically(() => liveRuns(file, queue, id));
  }

  /** Writes ledger entries. */
  async record(params: Params<'record'>): Promise<void> {
    const { file, queue } = this.#open().store;
    await file.atomically(() => recordTicks(file, queue, params));
  }

  /** Reads the ledger, latest tick first. */
  async history({ id, limit }: Params<'history'>): Promise<TickEntry[]> {
    const { file, queue } = this.#open().store;
    return readTicks(file, queue, limit, id);
  }

  /** Calls back for every change, also by other processes. */
  async watch({ onChange }: Params<'watch'>): Promise<Subscription> {
    const { store, watcher } = this.#open();
    let seen = revisionOf(store);
    const look = (): void => {
      const revision = revisionOf(store);
      if (revision === seen) return;
      seen = revision;
      onChange();
    };
    const unwatch = watcher.watch({ onSchedules: look }, false);
    const stop = (): void => {
      unwatch();
      this.#stops.delete(stop);
    };
    this.#stops.add(stop);
    return { unsubscribe: async () => stop() };
  }

  /** Ends all watches of this backend. */
  close(): void {
    for (const stop of this.#stops) stop();
  }
}

function revisionOf({ file, queue }: SqliteQueueStore): number {
  const row = file.get(
    'SELECT schedule_revision AS revision FROM philjs_jobs_queues WHERE queue = ?',
    queue,
  );
  return Number(row?.['revision']);
}

/** Writes a schedule if the stored revision is the expected one (0: none). */
function write(
  change: QueueChange,
  schedule: Omit<ScheduleRecord, 'revision'>,
  expectedRevision: number | undefined,
): ScheduleRecord | undefined {
  const { file, queue } = change;
  const { id, jobName, spec, state, nextAt } = schedule;
  if (expectedRevision !== undefined && expectedRevision !== revisionOfOne(change, id)) {
    return undefined;
  }
  const revision = change.nextRevision();
  file.run(
    'INSERT OR REPLACE INTO philjs_jobs_schedules VALUES (?, ?, ?, ?, ?, ?, ?)',
    queue,
    toText(id),
    toText(jobName),
    JSON.stringify(spec),
    JSON.stringify(state),
    nextAt ?? null,
    revision,
  );
  return { id, jobName, spec, state, nextAt, revision };
}

/** Returns the revision of a schedule; 0 when there is none. */
function revisionOfOne({ file, queue }: QueueChange, id: string): number {
  return Number(file.get(FIND, queue, toText(id))?.['revision'] ?? 0);
}

/** Makes the record of a row of the table `schedules`. */
function toSchedule(row: Row): ScheduleRecord {
  return {
    id: fromText(String(row['id'])),
    jobName: fromText(String(row['job_name'])),
    spec: JSON.parse(String(row['spec'])) as JsonObject,
    state: JSON.parse(String(row['state'])) as JsonObject,
    nextAt: row['next_at'] === null ? undefined : Number(row['next_at']),
    revision: Number(row['revision']),
  };
}
