import type { JsonObject } from '@philjs/jobs-core';
import { JobsError } from '@philjs/jobs-core';
import type {
  DueSchedules,
  ScheduleRecord,
  ScheduleStore,
  Subscription,
  TickEntry,
} from '@philjs/jobs-core/backend';
import { KEPT_TICKS } from '@philjs/jobs-core/backend';
import { duePage, fromText, schedulePage, toText } from '@philjs/jobs-core/internal';
import type { Row } from '../connection/connection.ts';
import { areKeyed } from '../jobs/to-new-job.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import { type FireResult, fireAlone, fireTogether } from './fire-schedules.ts';
import { GatheredFires } from './gathered-fires.ts';
import type { EventSession } from './postgres-event-source.ts';
import { toEntries, toSchedule } from './schedule-rows.ts';

type Params<TMethod extends keyof ScheduleStore> = Parameters<ScheduleStore[TMethod]>[0];

/** How often to look for changes without LISTEN, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** Keeps schedules and the ledger of their ticks; each change is one statement. */
export class PostgresScheduleStore implements ScheduleStore {
  readonly #open: () => EventSession;
  readonly #listens: boolean;
  readonly #stops = new Set<() => void>();
  readonly #fires = new GatheredFires((fires: readonly Params<'fire'>[]) =>
    fireTogether(this.#store, fires),
  );

  constructor(open: () => EventSession, listens: boolean) {
    this.#open = open;
    this.#listens = listens;
  }

  /** Creates or changes a schedule. */
  async put({ schedule, expectedRevision }: Params<'put'>): Promise<ScheduleRecord | undefined> {
    const { id, jobName, spec, state, nextAt } = schedule;
    const texts = [JSON.stringify(spec), JSON.stringify(state)];
    const values = [
      toText(id),
      toText(jobName),
      ...texts,
      nextAt ?? null,
      expectedRevision ?? null,
    ];
    const [row] = await this.#store.call('put_schedule', values);
    return row === undefined ? undefined : toSchedule(row);
  }

  /** Creates or changes schedules: all, or none. */
  async putAll({ schedules }: Params<'putAll'>): Promise<ScheduleRecord[] | undefined> {
    if (schedules.length === 0) return [];
    const puts = schedules.map(({ schedule, expectedRevision }) => ({
      id: toText(schedule.id),
      job: toText(schedule.jobName),
      spec: JSON.stringify(schedule.spec),
      state: JSON.stringify(schedule.state),
      next_at: schedule.nextAt ?? null,
      expected: expectedRevision ?? null,
    }));
    const rows = await this.#store.call('put_schedules', [JSON.stringify(puts)]);
    return rows.length === 0 ? undefined : rows.map(toSchedule);
  }

  /** Reads one schedule. */
  async get({ id }: Params<'get'>): Promise<ScheduleRecord | undefined> {
    const sql = 'SELECT * FROM @.schedules WHERE queue = $1 AND id = $2';
    const [row] = await this.#store.query(sql, [toText(id)]);
    return row === undefined ? undefined : toSchedule(row);
  }

  /** Lists schedules by id; the cursor is the last id. */
  async list(params: Params<'list'>): ReturnType<ScheduleStore['list']> {
    const { cursor, limit } = params;
    const sql = `SELECT * FROM @.schedules WHERE queue = $1 AND id COLLATE "C" > $2
      ORDER BY id COLLATE "C" LIMIT $3`;
    const after = cursor === undefined ? '' : toText(cursor);
    const found = (await this.#store.query(sql, [after, limit + 1])).map(toSchedule);
    return schedulePage(found, limit);
  }

  /** Removes a schedule and its ledger. */
  async remove({ id }: Params<'remove'>): Promise<boolean> {
    return (await this.#store.value('remove_schedule', [toText(id)])) === true;
  }

  /** Reads the schedules that are due, earliest first; a cursor is the place of the last one. */
  async due(params: Params<'due'>): Promise<DueSchedules> {
    const { limit, cursor } = params;
    const [nextAt, revision] = JSON.parse(cursor ?? '[-1e16, 0]') as [number, number];
    const sql = `SELECT s.*, @.now_ms() AS now FROM @.queues q LEFT JOIN LATERAL (
      SELECT * FROM @.schedules WHERE queue = q.queue AND next_at IS NOT NULL
        AND (next_at, revision) > ($2::float8, $3::bigint) ORDER BY next_at, revision LIMIT $4
      ) s ON true WHERE q.queue = $1 ORDER BY s.next_at, s.revision`;
    const rows = await this.#store.query(sql, [nextAt, revision, limit + 1]);
    if (rows.length === 0) throw queueGone();
    const now = params.now ?? Number(rows[0]?.['now']);
    const found = rows.filter((row) => row['id'] !== null).map(toSchedule);
    return duePage(found, limit, now);
  }

  /** Claims ticks: the schedule, its jobs and the ledger change together or not at all. */
  fire(params: Params<'fire'>): Promise<FireResult> {
    // Keys are locked in one order for all, which several claims in a transaction would not keep.
    return areKeyed(params.jobs) ? fireAlone(this.#store, params) : this.#fires.fire(params);
  }

  /** Lists the jobs of a schedule that have not ended. */
  async liveRuns({ id }: Params<'liveRuns'>): Promise<string[]> {
    const rows = await this.#store.call('live_runs', [toText(id)], 'live_runs AS id');
    return rows.map((row) => fromText(String(row['id'])));
  }

  /** Writes ledger entries. */
  async record(params: Params<'record'>): Promise<void> {
    const { entries, keep = KEPT_TICKS, known = false } = params;
    if (entries.length === 0) return;
    await this.#store.value('record_ticks', [toEntries(entries), keep, known]);
  }

  /** Reads the ledger, latest tick first. */
  async history({ id, limit }: Params<'history'>): Promise<TickEntry[]> {
    const one = id === undefined ? '' : 'AND schedule = $3';
    const sql = `SELECT schedule, tick_at, detail FROM @.ticks WHERE queue = $1 ${one}
      ORDER BY tick_at DESC, entry DESC LIMIT $2`;
    const rows = await this.#store.query(sql, [limit, ...(id === undefined ? [] : [toText(id)])]);
    return rows.map((row: Row) => ({
      scheduleId: fromText(String(row['schedule'])),
      tickAt: Number(row['tick_at']),
      detail: JSON.parse(String(row['detail'])) as JsonObject,
    }));
  }

  /** Calls back for every change, also by other processes. */
  async watch({ onChange }: Params<'watch'>): Promise<Subscription> {
    const stopWatching = this.#listens
      ? await this.#open().notifications.add({ onSchedules: onChange })
      : await this.#look(onChange);
    const stop = (): void => {
      stopWatching();
      this.#stops.delete(stop);
    };
    this.#stops.add(stop);
    return { unsubscribe: async () => stop() };
  }

  /** Ends all watches of this backend. */
  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** Polls for changes. */
  async #look(onChange: () => void): Promise<() => void> {
    const store = this.#store;
    let seen = await readRevision(store);
    const timer = setInterval(() => {
      readRevision(store).then(
        (revision) => {
          if (revision !== seen) onChange();
          seen = revision;
        },
        // Ignores the failure: the database may be back at the next look.
        () => undefined,
      );
    }, LOOK_EVERY_MS);
    timer.unref();
    return () => clearInterval(timer);
  }

  get #store(): PostgresStore {
    return this.#open().store;
  }
}

function queueGone(): JobsError {
  return new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    'The queue is no longer in the tables of PostgreSQL: they were emptied while it was open. Restart the processes that use it.',
  );
}

/** Reads the number that grows with every change of a schedule of the queue. */
async function readRevision(store: PostgresStore): Promise<number> {
  const sql = 'SELECT schedule_revision AS revision FROM @.queues WHERE queue = $1';
  const [row] = await store.query(sql);
  return Number(row?.['revision']);
}
