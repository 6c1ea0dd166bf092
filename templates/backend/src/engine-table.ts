import type { JobStatus } from '@philjs/jobs-core';
import type { EngineOptions } from './engine.ts';
import { type FinishedStatus, type Place, rankOf, type StoredJob } from './stored-job.ts';

/** Says which jobs of a state to read. */
export interface PageParams {
  readonly status: JobStatus;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  /** Goes on behind this place. */
  readonly after?: Place | undefined;
  /** Only jobs of a rank up to this. */
  readonly upTo?: number;
}

/** Says which finished jobs are too many or too old. */
export interface BeyondParams {
  readonly status: FinishedStatus;
  readonly name?: string;
  readonly count: number;
  readonly before?: number;
}

/** How many jobs one finish removes at most: a limit that is lowered is kept a few finishes later. */
const MOST_REMOVED = 500;

/** A stored job and its place. */
export type PlacedJob = Place & { readonly job: StoredJob };

/** Reads and writes rows within one transaction. A caller gets and gives copies that no other code holds. */
export interface Rows {
  get(id: string): Promise<StoredJob | undefined>;
  /**
   * Stores a job in place of the one of its id. It goes behind those of its state and rank (or
   * `ahead` of them), unless it was among them before: then it keeps its place.
   */
  put(job: StoredJob, how?: { readonly ahead?: boolean }): Promise<void>;
  delete(id: string): Promise<void>;
  /** Reads jobs of a state by their place. */
  page(params: PageParams): Promise<PlacedJob[]>;
  /**
   * Lists the ids of finished jobs, of one name or of all, that are beyond the newest `count` or finished before a
   * time; the oldest first, and no more than one change should remove. An engine has an index for it.
   */
  beyond(params: BeyondParams): Promise<string[]>;
  count(status: JobStatus): Promise<number>;
  isPaused(): Promise<boolean>;
  setPaused(paused: boolean): Promise<void>;
}

const tables = new Map<string, EngineTable>();

/**
 * Keeps the jobs of a queue: the part that knows the engine. Here that is this process's memory, so
 * put your engine in its place.
 */
export class EngineTable {
  readonly #rows: Rows;
  #last: Promise<unknown> = Promise.resolve();

  constructor(rows: Rows = new MemoryRows()) {
    this.#rows = rows;
  }

  /** Opens the table of a queue; opening it again finds the same jobs. */
  static async open(
    queueName: string,
    { namespace = 'default' }: EngineOptions,
  ): Promise<EngineTable> {
    const key = JSON.stringify([namespace, queueName]);
    const table = tables.get(key) ?? new EngineTable();
    tables.set(key, table);
    return table;
  }

  /** Does all of a change or, if it throws, nothing of it, with no other process in between: BEGIN to COMMIT. */
  transact<T>(change: (rows: Rows) => Promise<T>): Promise<T> {
    const done = this.#last.then(() => change(this.#rows));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Lets go of the engine. */
  async close(): Promise<void> {
    // Nothing to let go of here: other backends may still share the table.
  }
}

/** Keeps rows in memory. */
export class MemoryRows implements Rows {
  readonly #places = new Map<string, PlacedJob>();
  /** The jobs of each state, and of each state and name. */
  readonly #lists = new Map<string, PlacedJob[]>();
  #lastTurn = 0;
  #firstTurn = 0;
  #isPaused = false;

  async get(id: string): Promise<StoredJob | undefined> {
    const placed = this.#places.get(id);
    return placed && structuredClone(placed.job);
  }

  async put(job: StoredJob, { ahead = false }: { readonly ahead?: boolean } = {}): Promise<void> {
    const rank = rankOf(job);
    const before = this.#places.get(job.id);
    const stays = before?.job.status === job.status && before.rank === rank;
    if (before !== undefined) this.#leave(before);
    const turn = stays ? before.turn : ahead ? --this.#firstTurn : ++this.#lastTurn;
    const placed = { job: structuredClone(job), rank, turn };
    for (const list of this.#listsWith(placed)) list.splice(indexOf(list, placed), 0, placed);
    this.#places.set(job.id, placed);
  }

  async delete(id: string): Promise<void> {
    const placed = this.#places.get(id);
    if (placed === undefined) return;
    this.#leave(placed);
    this.#places.delete(id);
  }

  async page(params: PageParams): Promise<PlacedJob[]> {
    const { status, order, limit, after, upTo = Number.POSITIVE_INFINITY } = params;
    const list = this.#listOf(status);
    const end = indexOf(list, { rank: upTo, turn: Number.POSITIVE_INFINITY });
    if (order === 'oldest') {
      const start = after ? indexOf(list, { ...after, turn: after.turn + 1 }) : 0;
      return structuredClone(list.slice(start, Math.min(end, start + limit)));
    }
    const last = after ? indexOf(list, after) : end;
    return structuredClone(list.slice(Math.max(0, last - limit), last).reverse());
  }

  async beyond(params: BeyondParams): Promise<string[]> {
    const { status, name, count, before = Number.NEGATIVE_INFINITY } = params;
    const list = this.#listOf(status, name);
    const old = indexOf(list, { rank: before, turn: Number.NEGATIVE_INFINITY });
    const beyond = Math.min(MOST_REMOVED, Math.max(old, list.length - count));
    return list.slice(0, beyond).map(({ job }) => job.id);
  }

  async count(status: JobStatus): Promise<number> {
    return this.#listOf(status).length;
  }

  async isPaused(): Promise<boolean> {
    return this.#isPaused;
  }

  async setPaused(paused: boolean): Promise<void> {
    this.#isPaused = paused;
  }

  #listOf(status: JobStatus, name?: string): PlacedJob[] {
    const key = name === undefined ? status : `${status} ${name}`;
    const list = this.#lists.get(key) ?? [];
    this.#lists.set(key, list);
    return list;
  }

  #listsWith({ job: { status, name } }: PlacedJob): PlacedJob[][] {
    return [this.#listOf(status), this.#listOf(status, name)];
  }

  #leave(placed: PlacedJob): void {
    for (const list of this.#listsWith(placed)) list.splice(indexOf(list, placed), 1);
  }
}

/** Finds where a place is in a list, or belongs. */
function indexOf(list: readonly Place[], { rank, turn }: Place): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const place = list[middle] as Place;
    if (place.rank < rank || (place.rank === rank && place.turn < turn)) low = middle + 1;
    else high = middle;
  }
  return low;
}
