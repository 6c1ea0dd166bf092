import { resolve } from 'node:path';
import {
  type AddResult,
  type Backend,
  type BackendContext,
  type BackendFactory,
  type CancelResult,
  type ConsumeParams,
  type Consumer,
  defineCapabilities,
  fromSimpleStore,
  JOB_STATUSES,
  type JobCounts,
  type JobPage,
  type JobRecord,
  type JobStatus,
  JobsError,
  type LeaseConsumer,
  type LeaseStore,
  type ListParams,
  type NewJob,
  startLeaseConsumer,
  type UpdateStore,
} from '@philjs/jobs-core';
import { idTakenError } from '@philjs/jobs-core/backend';
import { JobsDatabase, toRecord } from './jobs-database.ts';
import { LAST, retain, SqliteLeaseStore } from './sqlite-lease-store.ts';
import { SqliteLogStore } from './sqlite-log-store.ts';
import { WakeUps } from './wake-ups.ts';

/** How often a worker looks for what other processes did, in milliseconds. */
const POLL_INTERVAL_MS = 200;

const ADD = `INSERT INTO jobs (queue, id, name, status, rank, turn, payload, version, priority, metadata,
  parentId, timeoutMs, tags, createdAt, runAt, expiresAt, maxAttempts, keepCompleted, keepFailed,
  keepCancelled)
  VALUES ($queue, $id, $name, iif($runAt > $createdAt, 'delayed', 'waiting'),
  iif($runAt > $createdAt, $runAt, -$priority), ${LAST}, $payload, $version, $priority, $metadata,
  $parentId, $timeoutMs, $tags, $createdAt, $runAt, $expiresAt, $maxAttempts, $keepCompleted, $keepFailed,
  $keepCancelled)
  ON CONFLICT DO NOTHING`;
const JOB = 'WHERE queue = $queue AND id = $id';
/** Updates a job. Omitted fields stay; a new time or priority moves the job, other changes do not. */
const UPDATE = `UPDATE jobs SET
  payload = iif($version IS NULL, payload, $payload), version = ifnull($version, version),
  metadata = ifnull($metadata, metadata), maxAttempts = ifnull($maxAttempts, maxAttempts),
  priority = ifnull($priority, priority), runAt = ifnull($at, runAt),
  turn = iif($at IS NULL AND ($priority IS NULL OR status <> 'waiting'), turn, ${LAST}),
  rank = CASE WHEN ifnull($at, 0) > $now THEN $at
    WHEN $at IS NOT NULL OR status = 'waiting' THEN -ifnull($priority, priority) ELSE rank END,
  status = CASE WHEN $at IS NULL THEN status WHEN $at > $now THEN 'delayed' ELSE 'waiting' END`;
const READY = `status = 'waiting', rank = -priority, turn = ${LAST}`;

/** Makes backends that keep their jobs in a SQLite file, for all processes of one machine. */
export function sqliteBackend({ file }: { readonly file: string }): BackendFactory {
  return (context) => new SqliteBackend(context, resolve(file));
}

/** Returns the lease store of a SQLite backend, for the suite of lease stores. */
export function leasesOf(backend: Backend): LeaseStore {
  return (backend as SqliteBackend).leases;
}

class SqliteBackend implements Backend {
  readonly name = 'sqlite';
  readonly capabilities = defineCapabilities({
    logs: true,
    updates: true,
    durable: true,
    multiProcess: true,
    virtualTime: true,
    timeResolutionMs: POLL_INTERVAL_MS,
  });
  readonly logs = new SqliteLogStore(() => this.#open());
  readonly #context: BackendContext;
  readonly #file: string;
  readonly #wakeUps: WakeUps;
  readonly #consumers = new Set<LeaseConsumer>();
  #db: JobsDatabase | undefined;
  #leases: LeaseStore | undefined;
  #closed: Promise<void> | undefined;

  constructor(context: BackendContext, file: string) {
    this.#context = context;
    this.#file = file;
    this.#wakeUps = WakeUps.of(JSON.stringify([file, context.queueName]));
  }

  async open(): Promise<void> {
    if (this.#closed === undefined)
      this.#db = new JobsDatabase(this.#file, this.#context.queueName);
  }

  close({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    this.#closed ??= this.#close(force);
    return this.#closed;
  }

  async add({ jobs }: { readonly jobs: readonly NewJob[] }): Promise<AddResult[]> {
    const db = this.#open();
    const added = db.atomically(() =>
      jobs.map((job) => {
        const [known] = db.all(`SELECT name FROM jobs ${JOB}`, { id: job.id });
        const takenBy = String(known?.['name'] ?? job.name);
        // The error rolls back the jobs stored before it.
        if (takenBy !== job.name) throw idTakenError({ jobId: job.id, name: job.name, takenBy });
        return db.run(ADD, { ...job });
      }),
    );
    this.#wakeUps.ready();
    return jobs.map(({ id }, index) => ({
      id,
      outcome: added[index] === 1 ? 'added' : 'duplicate',
    }));
  }

  /** Returns the store that leases the jobs. */
  get leases(): LeaseStore {
    this.#leases ??= fromSimpleStore(new SqliteLeaseStore(this.#open(), this.#wakeUps));
    return this.#leases;
  }

  async consume(params: ConsumeParams): Promise<Consumer> {
    const store = this.leases;
    const { clock } = this.#context;
    const consumer = await startLeaseConsumer({
      store,
      clock,
      params,
      pollInterval: POLL_INTERVAL_MS,
    });
    this.#consumers.add(consumer);
    return consumer;
  }

  async setProgress(params: Parameters<Backend['setProgress']>[0]): Promise<boolean> {
    const { lease, progress } = params;
    const held = `${JOB} AND status = 'active' AND fencingToken = $fencingToken`;
    return (
      this.#open().run(`UPDATE jobs SET progress = $progress ${held}`, { ...lease, progress }) === 1
    );
  }

  async get({ id }: { readonly id: string }): Promise<JobRecord | undefined> {
    return this.#open().all(`SELECT * FROM jobs ${JOB}`, { id }).map(toRecord)[0];
  }

  async list({ statuses, names, order, cursor, limit }: ListParams): Promise<JobPage> {
    const [index, rank, turn] = JSON.parse(cursor ?? '[0, null, null]') as [number, number, number];
    const status = statuses[index];
    if (status === undefined) return { jobs: [] };
    const [compare, direction] = order === 'oldest' ? ['>', 'ASC'] : ['<', 'DESC'];
    const sql = `SELECT * FROM jobs WHERE queue = $queue AND status = $status
      AND ($rank IS NULL OR (rank, turn) ${compare} ($rank, $turn))
      AND ($names IS NULL OR name IN (SELECT value FROM json_each($names)))
      ORDER BY rank ${direction}, turn ${direction} LIMIT $limit`;
    const rows = this.#open().all(sql, { status, rank, turn, names, limit });
    const last = rows.length === limit ? rows.at(-1) : undefined;
    const next = last ? [index, last['rank'], last['turn']] : [index + 1, null, null];
    const isLast = last === undefined && index + 1 >= statuses.length;
    return { jobs: rows.map(toRecord), ...(!isLast && { cursor: JSON.stringify(next) }) };
  }

  async counts(): Promise<JobCounts> {
    const sql = 'SELECT status, sum(jobs) AS jobs FROM counts WHERE queue = $queue GROUP BY status';
    const rows = this.#open().all(sql);
    const none = Object.fromEntries(JOB_STATUSES.map((status) => [status, 0])) as JobCounts;
    return { ...none, ...Object.fromEntries(rows.map((row) => [row['status'], row['jobs']])) };
  }

  async remove({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#each(ids, `DELETE FROM jobs ${JOB} AND status <> 'active'`);
  }

  async retry({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    const sql = `UPDATE jobs SET ${READY}, attemptsMade = 0, stalledCount = 0, error = NULL,
      failures = NULL, expiresAt = NULL, finishedAt = NULL, cancelRequested = NULL ${JOB}
      AND status IN ('failed', 'cancelled')`;
    return this.#each(ids, sql);
  }

  async promote({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#each(ids, `UPDATE jobs SET ${READY}, runAt = $now ${JOB} AND status = 'delayed'`);
  }

  readonly updates = {
    update: async ({ ids, changes }: Parameters<UpdateStore['update']>[0]): Promise<number> => {
      const { payload, priority, runAt, maxAttempts, metadata } = changes;
      const given = { payload, priority, runAt, maxAttempts };
      const isNote = Object.values(given).every((value) => value === undefined);
      const states = isNote ? `status <> 'active'` : `status IN ('waiting', 'delayed')`;
      const now = this.#context.clock.now();
      const at = runAt === undefined ? undefined : Math.max(now, runAt);
      return this.#each(ids, `${UPDATE} ${JOB} AND ${states}`, {
        ...{ priority, maxAttempts, metadata, at },
        payload: payload?.value,
        version: payload?.version,
      });
    },
  };

  async cancel(params: Parameters<Backend['cancel']>[0]): Promise<CancelResult> {
    const { id, reason, force = false, error } = params;
    const db = this.#open();
    return db.atomically((): CancelResult => {
      const [job] = db.all(`SELECT * FROM jobs ${JOB}`, { id }).map(toRecord);
      if (job === undefined) return 'not-found';
      if (job.finishedAt !== undefined) return 'finished';
      const now = this.#context.clock.now();
      if (job.status === 'active') {
        const wish = { force, ...(reason !== undefined && { reason }) };
        db.run(`UPDATE jobs SET cancelRequested = $wish ${JOB}`, { id, wish });
        this.#wakeUps.cancel({ lease: job, ...wish });
        return 'requested';
      }
      const end = `status = 'cancelled', rank = $now, turn = ${LAST}, finishedAt = $now, error = $error`;
      db.run(`UPDATE jobs SET ${end} ${JOB}`, { id, now, error });
      retain(db, id, now);
      return 'cancelled';
    });
  }

  async clear(params: { readonly statuses?: readonly JobStatus[] } = {}): Promise<number> {
    const statuses = params.statuses ?? JOB_STATUSES;
    return this.#open().run(
      `DELETE FROM jobs WHERE queue = $queue AND status <> 'active'
        AND status IN (SELECT value FROM json_each($statuses))`,
      { statuses },
    );
  }

  async setPaused({ paused }: { readonly paused: boolean }): Promise<void> {
    const pause = 'INSERT INTO paused VALUES ($queue) ON CONFLICT DO NOTHING';
    this.#open().run(paused ? pause : 'DELETE FROM paused WHERE queue = $queue');
    this.#wakeUps.ready();
  }

  async isPaused(): Promise<boolean> {
    return this.#open().all('SELECT 1 FROM paused WHERE queue = $queue').length === 1;
  }

  /** Runs a statement for each job; returns how many jobs it changed. */
  #each(ids: readonly string[], sql: string, params: object = {}): number {
    const db = this.#open();
    const now = this.#context.clock.now();
    const changed = db.atomically(() =>
      ids.reduce((sum, id) => sum + db.run(sql, { ...params, id, now }), 0),
    );
    this.#wakeUps.ready();
    return changed;
  }

  #open(): JobsDatabase {
    if (this.#db !== undefined) return this.#db;
    const message = `The queue \`${this.#context.queueName}\` is closed, or was never opened`;
    throw new JobsError('JOBS_QUEUE_CLOSED', message);
  }

  async #close(force: boolean): Promise<void> {
    const consumers = [...this.#consumers];
    if (force) for (const consumer of consumers) consumer.abandon();
    else await Promise.all(consumers.map((consumer) => consumer.stop({ timeout: 0 })));
    this.#db?.close();
    this.#db = undefined;
  }
}
