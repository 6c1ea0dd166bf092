import type { JobRecord, Retention, SimpleStore, StalledJob } from '@philjs/jobs-core';
import { type JobsDatabase, type Row, toRecord } from './jobs-database.ts';
import type { WakeUps } from './wake-ups.ts';

type Params<TMethod extends Exclude<keyof SimpleStore, 'watch'>> = Parameters<
  SimpleStore[TMethod]
>[0];

/** Places a moving job after all others. */
export const LAST: string = '(SELECT coalesce(max(turn), 0) + 1 FROM jobs WHERE queue = $queue)';
const FIRST = '(SELECT coalesce(min(turn), 0) - 1 FROM jobs WHERE queue = $queue)';
const JOB = 'WHERE queue = $queue AND id = $id';
const HELD = `${JOB} AND status = 'active' AND fencingToken = $fencingToken`;

/** Leases jobs to core's worker loop: each method is one or two statements in one transaction. */
export class SqliteLeaseStore implements SimpleStore {
  readonly #db: JobsDatabase;
  readonly #wakeUps: WakeUps;

  constructor(db: JobsDatabase, wakeUps: WakeUps) {
    this.#db = db;
    this.#wakeUps = wakeUps;
  }

  claim({ limit, now, leaseUntil }: Params<'claim'>): { jobs: JobRecord[]; nextAt?: number } {
    return this.#db.atomically(() => {
      const due = `SELECT id FROM jobs
        WHERE queue = $queue AND status = 'delayed' AND rank <= $now ORDER BY rank, turn LIMIT 1000`;
      const wake = `UPDATE jobs SET status = 'waiting', rank = -priority, turn = ${LAST} ${JOB}`;
      for (const { id } of this.#db.all(due, { now })) this.#db.run(wake, { id });
      const ready = `SELECT id FROM jobs WHERE queue = $queue AND status = 'waiting'
        AND NOT EXISTS (SELECT 1 FROM paused WHERE queue = $queue) ORDER BY rank, turn LIMIT $limit`;
      const start = `UPDATE jobs SET status = 'active', rank = $now, turn = ${LAST}, processedAt = $now,
        fencingToken = fencingToken + 1, leaseUntil = $leaseUntil ${JOB} RETURNING *`;
      const jobs = this.#db
        .all(ready, { limit })
        .flatMap(({ id }) => this.#db.all(start, { id, now, leaseUntil }).map(toRecord));
      const next = `SELECT min(at) AS nextAt FROM (
        SELECT min(rank) AS at FROM jobs WHERE queue = $queue AND status = 'delayed' UNION ALL
        SELECT min(leaseUntil) FROM jobs WHERE queue = $queue AND status = 'active')`;
      const [row] = jobs.length < limit ? this.#db.all(next) : [];
      const at = row?.['nextAt'];
      return typeof at === 'number' ? { jobs, nextAt: Math.max(at, now) } : { jobs };
    });
  }

  extend({ leases, leaseUntil }: Params<'extend'>): Awaited<ReturnType<SimpleStore['extend']>> {
    return this.#db.atomically(() => {
      const sql = `UPDATE jobs SET leaseUntil = $leaseUntil ${HELD} RETURNING cancelRequested`;
      const held = leases.map((lease) => {
        const [row] = this.#db.all(sql, { ...lease, leaseUntil });
        return { lease, row };
      });
      return {
        lost: held.filter(({ row }) => row === undefined).map(({ lease }) => lease),
        cancelled: held.flatMap(({ lease, row }) => {
          const wish = row?.['cancelRequested'];
          return typeof wish === 'string' ? [{ lease, ...JSON.parse(wish) }] : [];
        }),
      };
    });
  }

  complete({ lease, result, now }: Params<'complete'>): boolean {
    const sql = `UPDATE jobs SET status = 'completed', rank = $now, turn = ${LAST}, finishedAt = $now,
      attemptsMade = attemptsMade + 1, result = $result, error = NULL, snoozeReason = NULL ${HELD}`;
    return this.#change(sql, { ...lease, now, result }, () => retain(this.#db, lease.id, now));
  }

  release(params: Params<'release'>): boolean {
    const { lease, runAt, now, error, failures, snoozeReason, ahead = false } = params;
    if (ahead) {
      const sql = `UPDATE jobs SET status = 'waiting', rank = -priority, turn = ${FIRST} ${HELD}`;
      return this.#change(sql, { ...lease });
    }
    const attempts = error === undefined ? 0 : 1;
    const sql = `UPDATE jobs SET runAt = $runAt, turn = ${LAST}, snoozeReason = $snoozeReason,
      status = iif($runAt > $now, 'delayed', 'waiting'), rank = iif($runAt > $now, $runAt, -priority),
      attemptsMade = attemptsMade + $attempts, error = coalesce($error, error),
      failures = coalesce($failures, failures) ${HELD}`;
    return this.#change(sql, { ...lease, runAt, now, snoozeReason, error, failures, attempts });
  }

  fail({ lease, status, error, failures, attemptUsed, now }: Params<'fail'>): boolean {
    const attempts = attemptUsed ? 1 : 0;
    const sql = `UPDATE jobs SET status = $status, rank = $now, turn = ${LAST}, finishedAt = $now,
      attemptsMade = attemptsMade + $attempts, error = $error, failures = $failures,
      snoozeReason = NULL ${HELD}`;
    const params = { ...lease, status, error, failures, attempts, now };
    return this.#change(sql, params, () => retain(this.#db, lease.id, now));
  }

  recover({ now, maxStalledCount, stalledError }: Params<'recover'>): StalledJob[] {
    return this.#db.atomically(() => {
      const ended = `SELECT * FROM jobs WHERE queue = $queue AND status = 'active'
        AND leaseUntil <= $now ORDER BY rank DESC, turn DESC`;
      return this.#db.all(ended, { now }).map((row) => {
        const { id, name, fencingToken, stalledCount } = toRecord(row);
        const failed = stalledCount + 1 > maxStalledCount;
        const end = `status = 'failed', rank = $now, turn = ${LAST}, finishedAt = $now, error = $error`;
        const again = `status = 'waiting', rank = -priority, turn = ${FIRST}`;
        const sql = `UPDATE jobs SET stalledCount = stalledCount + 1, snoozeReason = NULL,
          ${failed ? end : again} ${JOB}`;
        this.#db.run(sql, { id, now, error: stalledError });
        if (failed) retain(this.#db, id, now);
        return { lease: { id, fencingToken }, name, failed };
      });
    });
  }

  watch(watcher: Parameters<NonNullable<SimpleStore['watch']>>[0]): () => void {
    return this.#wakeUps.watch(watcher);
  }

  #change(sql: string, params: Readonly<Record<string, unknown>>, then?: () => void): boolean {
    return this.#db.atomically(() => {
      if (this.#db.run(sql, params) === 0) return false;
      then?.();
      this.#wakeUps.ready();
      return true;
    });
  }
}

/** The most jobs that one finish removes; a lowered limit is therefore reached after several finishes. */
const MOST_REMOVED = 500;

/** Removes finished jobs beyond the limits that a job has set: those of its name, and the oldest of all. */
export function retain(db: JobsDatabase, id: string, now: number): void {
  const [row] = db.all(`SELECT * FROM jobs ${JOB}`, { id }) as [Row];
  const { status, name } = row;
  const keep = { completed: 'keepCompleted', failed: 'keepFailed', cancelled: 'keepCancelled' };
  const column = keep[status as keyof typeof keep];
  const { ageMs, count, total } = JSON.parse(String(row[column])) as Retention;
  if (count === 0) {
    db.run(`DELETE FROM jobs ${JOB}`, { id });
    return;
  }
  const ended = 'WHERE queue = $queue AND status = $status';
  const drop = (which: string, params: Readonly<Record<string, unknown>>): void => {
    const oldest = `SELECT id FROM jobs ${ended} ${which} ORDER BY rank, turn LIMIT $limit`;
    db.run(`DELETE FROM jobs WHERE queue = $queue AND id IN (${oldest})`, { status, ...params });
  };
  drop('AND name = $name AND rank < $before', { name, before: now - ageMs, limit: MOST_REMOVED });
  const excessOver = (most: number, which: string): number => {
    const sql = `SELECT sum(jobs) AS jobs FROM counts ${ended} ${which}`;
    const [kept] = db.all(sql, { status, name });
    return Math.min(MOST_REMOVED, Number(kept?.['jobs'] ?? 0) - most);
  };
  const ofName = excessOver(count, 'AND name = $name');
  if (ofName > 0) drop('AND name = $name', { name, limit: ofName });
  const ofAll = total === undefined ? 0 : excessOver(total, '');
  if (ofAll > 0) drop('', { limit: ofAll });
}
