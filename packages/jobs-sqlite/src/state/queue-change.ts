import type { JobStatus, QueueOrder } from '@philjs/jobs-core';
import type { BackendEvent, LeaseCancellation } from '@philjs/jobs-core/backend';
import { ENDED_STATUSES, fromText } from '@philjs/jobs-core/internal';
import type { SqliteFile, SqlValue } from '../database/sqlite-file.ts';
import { HELD } from '../jobs/retain.ts';
import { toOrder } from '../order/to-order.ts';
import { TO_RELEASE, UNDELAYED_AT } from '../workflow/to-release.ts';
import { LISTENER_LIVES_MS } from './listener-life.ts';
import type { Signals } from './signals.ts';

/** Holds the columns needed of a job that leaves its state. */
interface LeavingJob {
  readonly status: SqlValue;
  readonly name: SqlValue;
  readonly held: SqlValue;
}

/** The rows of the table of counts that hold the positions used. */
const TURNS = { first: 'first turn', last: 'last turn' } as const;
/** How many counts one statement changes. */
const COUNTS_AT_ONCE = 6;

interface Turns {
  readonly paused: boolean;
  /** The order, unless it is first in, first out. */
  readonly order: QueueOrder | undefined;
  readonly orderRevision: number;
  readonly isMoving: boolean;
  first: number;
  last: number;
}

/**
 * Collects what one transaction on a queue changes besides its jobs: positions, counts, events, and the signals to
 * send after its commit. {@link flush} writes them at the end of the transaction.
 */
export class QueueChange {
  /** The file that runs the statements. */
  readonly file: SqliteFile;
  /** The number of the queue in the file. */
  readonly queue: number;
  /** The caller's time. */
  readonly now: number;
  readonly #last = new Map<string, () => void>();
  readonly #moved = new Map<JobStatus, number>();
  /** By state and name, as in the table. */
  readonly #kept = new Map<string, number>();
  readonly #events: BackendEvent[] = [];
  readonly #cancellations: LeaseCancellation[] = [];
  #turns: Turns | undefined;
  /** The positions used before this change. */
  #used = { first: 0, last: 0 };
  #listening: boolean | undefined;
  #limited: boolean | undefined;
  #ended = false;
  #ready = false;
  #schedules = false;
  /** The changes of other queues in the same transaction, by number. */
  readonly #others = new Map<number, QueueChange>();
  /** The names of those among them whose consumers must look for jobs. */
  readonly #woken: string[] = [];

  constructor(file: SqliteFile, queue: number, now: number) {
    this.file = file;
    this.queue = queue;
    this.now = now;
  }

  /** Returns the change of another queue in the same transaction. */
  ofQueue(queue: number): QueueChange {
    if (queue === this.queue) return this;
    const known = this.#others.get(queue);
    if (known !== undefined) return known;
    const other = new QueueChange(this.file, queue, this.now);
    this.#others.set(queue, other);
    return other;
  }

  /** Whether the queue is paused. */
  get paused(): boolean {
    return this.#line().paused;
  }

  /** The order of its waiting jobs, unless they go first in, first out. */
  get order(): QueueOrder | undefined {
    return this.#line().order;
  }

  /** The number of times the order was set. */
  get orderRevision(): number {
    return this.#line().orderRevision;
  }

  /** Whether waiting jobs are being moved to an order that was set. */
  get isMoving(): boolean {
    return this.#line().isMoving;
  }

  /** Notes that the order was set. */
  orderChanged(): void {
    const { first, last } = this.#line();
    this.#turns = { ...this.#readLine(), first, last };
  }

  /** Whether a process listens to events: if none does, no events are written. */
  get listening(): boolean {
    this.#listening ??=
      this.file.get(
        'SELECT 1 FROM philjs_jobs_listeners WHERE queue = ? AND seen_at > ? LIMIT 1',
        this.queue,
        this.now - LISTENER_LIVES_MS,
      ) !== undefined;
    return this.#listening;
  }

  /** Whether a name has limits. */
  get isLimited(): boolean {
    this.#limited ??=
      this.file.get('SELECT 1 FROM philjs_jobs_limits WHERE queue = ? LIMIT 1', this.queue) !==
      undefined;
    return this.#limited;
  }

  /** Returns a position behind all others. */
  nextTurn(): number {
    const line = this.#line();
    line.last += 1;
    return line.last;
  }

  /** Returns a position ahead of all others. */
  turnAhead(): number {
    const line = this.#line();
    line.first -= 1;
    return line.first;
  }

  /** Notes that jobs left one state (unless they are new) for another (unless they are removed). */
  moved(from: JobStatus | undefined, to: JobStatus | undefined, jobs = 1): void {
    if (from !== undefined) this.#moved.set(from, (this.#moved.get(from) ?? 0) - jobs);
    if (to !== undefined) this.#moved.set(to, (this.#moved.get(to) ?? 0) + jobs);
    // A place under a limit may be free, or a job may be there to be started.
    if (to === 'waiting' || to === 'delayed') this.#ready = true;
  }

  /** Notes that a job left its state for another (unless it is removed), with what was kept of it if it had ended. */
  left(job: LeavingJob, to: JobStatus | undefined): void {
    const from = job.status as JobStatus;
    this.moved(from, to);
    if (!ENDED_STATUSES.includes(from)) return;
    this.keeps(from, job.held === 1 ? HELD : String(job.name), -1);
  }

  /** Notes an event, to be sent after the commit. */
  tell(event: BackendEvent): void {
    this.#events.push(event);
  }

  /** Notes that a job completed or failed. */
  ended(): void {
    this.#ended = true;
  }

  /** Notes that consumers must look for jobs. */
  makesReady(): void {
    this.#ready = true;
  }

  /** Notes that the worker of a job must cancel it. */
  cancels(cancellation: LeaseCancellation): void {
    this.#cancellations.push(cancellation);
  }

  /** Notes that a schedule changed, and returns its revision; all schedules of a queue share one sequence. */
  nextRevision(): number {
    this.#schedules = true;
    const sql =
      'UPDATE philjs_jobs_queues SET schedule_revision = schedule_revision + 1 WHERE queue = ? RETURNING schedule_revision AS revision';
    return Number(this.file.get(sql, this.queue)?.['revision']);
  }

  /** Counts the jobs of a state, those of this change included. */
  count(status: JobStatus): number {
    return this.#stored(status) + (this.#moved.get(status) ?? 0);
  }

  /** Adds to the number of finished jobs kept of a name, as stored; a negative number says that jobs are gone. */
  keeps(status: JobStatus, name: string, jobs: number): void {
    const key = keptOf(status, name);
    this.#kept.set(key, (this.#kept.get(key) ?? 0) + jobs);
  }

  /** Notes that no jobs of a state are kept now. */
  keepsNone(status: JobStatus): void {
    const start = keptOf(status, '');
    for (const key of this.#kept.keys()) if (key.startsWith(start)) this.#kept.delete(key);
    // What begins with a state and a space comes before the state and the next character.
    const sql = 'DELETE FROM philjs_jobs_counts WHERE queue = ? AND status >= ? AND status < ?';
    this.file.run(sql, this.queue, start, `${status}!`);
  }

  /** Counts the finished jobs of a state and a name, as stored, those of this change included. */
  kept(status: JobStatus, name: string): number {
    const key = keptOf(status, name);
    return this.#stored(key) + (this.#kept.get(key) ?? 0);
  }

  /** Defers work to the end of the change; of several functions with one key only the last one runs. */
  last(key: string, work: () => void): void {
    this.#last.set(key, work);
  }

  /** Writes everything that was collected. */
  flush(): void {
    for (const work of this.#last.values()) work();
    if (this.#ended && this.listening && this.#isDrained()) {
      this.tell({ type: 'drained', at: this.now });
    }
    const { file, queue } = this;
    this.#flushOthers();
    this.#flushCounts();
    for (const event of this.#events) {
      file.run(
        'INSERT INTO philjs_jobs_events (queue, event) VALUES (?, ?)',
        queue,
        JSON.stringify(event),
      );
    }
  }

  /** Signals the backends of this process, after the commit. */
  announce(signals: Signals): void {
    for (const cancellation of this.#cancellations) signals.cancel(cancellation);
    if (this.#events.length > 0) signals.events();
    if (this.#schedules) signals.schedules();
    if (this.#ready) signals.ready();
    for (const queueName of this.#woken) signals.ofQueue(queueName).ready();
  }

  #flushCounts(): void {
    const { first, last } = this.#turns ?? this.#used;
    const changes = [
      ...this.#moved,
      ...this.#kept,
      [TURNS.first, first - this.#used.first] as const,
      [TURNS.last, last - this.#used.last] as const,
    ].filter(([, by]) => by !== 0);
    for (let start = 0; start < changes.length; start += COUNTS_AT_ONCE) {
      const some = changes.slice(start, start + COUNTS_AT_ONCE);
      this.file.run(
        `INSERT INTO philjs_jobs_counts VALUES ${some.map(() => '(?, ?, ?)').join(', ')}
          ON CONFLICT DO UPDATE SET jobs = jobs + excluded.jobs`,
        ...some.flatMap(([of, by]) => [this.queue, of, by]),
      );
    }
    const sql = 'DELETE FROM philjs_jobs_counts WHERE queue = ? AND status = ? AND jobs <= 0';
    for (const [of, by] of this.#kept) if (by < 0) this.file.run(sql, this.queue, of);
  }

  #flushOthers(): void {
    for (const other of this.#others.values()) {
      other.flush();
      if (!other.#ready) continue;
      const row = this.file.get('SELECT name FROM philjs_jobs_queues WHERE queue = ?', other.queue);
      this.#woken.push(fromText(String(row?.['name'])));
    }
  }

  #stored(count: string): number {
    const sql = 'SELECT jobs FROM philjs_jobs_counts WHERE queue = ? AND status = ?';
    return Number(this.file.get(sql, this.queue, count)?.['jobs'] ?? 0);
  }

  #isDrained(): boolean {
    if (this.count('waiting') + this.count('active') > 0) return false;
    // One that is about to become delayed is no more of a hindrance than one that is.
    const sql = `SELECT 1 FROM philjs_jobs_jobs WHERE ${TO_RELEASE} AND (doom > 0 OR run_at <= max(?, ${UNDELAYED_AT})) LIMIT 1`;
    return this.file.get(sql, this.queue, this.now) === undefined;
  }

  #line(): Turns {
    if (this.#turns === undefined) {
      this.#turns = this.#readLine();
      const { first, last } = this.#turns;
      this.#used = { first, last };
    }
    return this.#turns;
  }

  #readLine(): Turns {
    const sql = `SELECT paused, policy, age_per_priority, order_revision, moved_rank,
        (SELECT jobs FROM philjs_jobs_counts WHERE queue = ?1 AND status = '${TURNS.first}') AS first_turn,
        (SELECT jobs FROM philjs_jobs_counts WHERE queue = ?1 AND status = '${TURNS.last}') AS last_turn
      FROM philjs_jobs_queues WHERE queue = ?1`;
    const row = this.file.get(sql, this.queue);
    const order = row?.['policy'] === 'fifo' ? undefined : toOrder(row);
    return {
      paused: row?.['paused'] === 1,
      first: Number(row?.['first_turn']),
      last: Number(row?.['last_turn']),
      order,
      orderRevision: Number(row?.['order_revision']),
      isMoving: row?.['moved_rank'] !== null,
    };
  }
}

/** Returns what the table of counts calls the finished jobs of a state and a name, as stored. */
function keptOf(status: JobStatus, name: string): string {
  return `${status} ${name}`;
}
