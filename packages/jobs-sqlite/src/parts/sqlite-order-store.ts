import type { JobPlace, QueueOrder } from '@philjs/jobs-core';
import { MOST_COUNTED, type OrderStore } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import { betweenSlices } from '../database/between-slices.ts';
import type { Row } from '../database/sqlite-file.ts';
import { shareOf } from '../order/enter-order.ts';
import { countOthers } from '../order/fair-shares.ts';
import { moveJobs, storeOrder } from '../order/move-jobs.ts';
import { toOrder } from '../order/to-order.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';

/** How many slices a queue moves that names the first order; workers move the rest. */
const ADOPTED_SLICES = 10;
const READ = 'SELECT policy, age_per_priority FROM philjs_jobs_queues WHERE queue = ?';

/** Finds the jobs of a share ahead of one: those that limits keep apart, or the others. */
const aheadInShare = (limited: 0 | 1): string =>
  `SELECT 1 FROM philjs_jobs_jobs WHERE limited = ${limited} AND status = 'waiting' AND class IS NOT NULL AND number IS NULL
    AND queue = ?1 AND class = ?2 AND fair_key IS nullif(?3, '') AND turn < ?4`;

/** Keeps the order of a queue. Jobs are placed in it when they begin to wait; the exchange hands them out by it. */
export class SqliteOrderStore implements OrderStore {
  readonly #open: () => SqliteQueueStore;

  constructor(open: () => SqliteQueueStore) {
    this.#open = open;
  }

  /** Takes over an order if none is stored. */
  async adopt({ order }: { readonly order: QueueOrder }): Promise<QueueOrder> {
    const known = await this.read();
    if (known !== undefined) return known;
    const stored = await this.#open().change((change) => {
      const meanwhile = toOrder(change.file.get(READ, change.queue));
      if (meanwhile === undefined) storeOrder(change, order);
      return meanwhile ?? order;
    });
    await this.#move(ADOPTED_SLICES);
    return stored;
  }

  /** Changes the order, and moves the waiting jobs. */
  async set({ order }: { readonly order: QueueOrder }): Promise<void> {
    await this.#open().change((change) => storeOrder(change, order));
    await this.#move(Number.POSITIVE_INFINITY);
  }

  /** Reads the order. */
  async read(): Promise<QueueOrder | undefined> {
    const { file, queue } = this.#open();
    return toOrder(await file.read(() => file.get(READ, queue)));
  }

  /** Finds the place of a waiting job. */
  async place({ id }: { readonly id: string }): Promise<JobPlace | undefined> {
    const store = this.#open();
    const { file, queue } = store;
    return file.read(() => {
      const sql = `SELECT rank, turn, class, number, fair_key FROM philjs_jobs_jobs WHERE queue = ? AND id = ? AND status = 'waiting'`;
      const job = file.get(sql, queue, toText(id));
      const order = toOrder(file.get(READ, queue)) ?? { policy: 'fifo' };
      if (job === undefined) return undefined;
      const share = order.policy === 'fair' ? shareOf(job) : undefined;
      if (share === undefined) return { order, ahead: countAhead(store, job) };
      const turn = job['turn'] ?? null;
      const ahead = countRows(store, aheadInShare, [share.cls, share.key, turn]);
      return { order, ahead, otherKeys: countOthers(store, share, MOST_COUNTED) };
    });
  }

  async #move(slices: number): Promise<void> {
    for (let moved = 1; (await this.#open().change(moveJobs)) && moved < slices; moved++) {
      await betweenSlices();
    }
  }
}

function countAhead(store: SqliteQueueStore, job: Row): number {
  const columns = job['number'] === null ? ['rank', 'turn'] : ['class', 'number', 'turn'];
  const numbered = job['number'] === null ? '' : 'AND number IS NOT NULL';
  const places = columns.map((_, index) => `?${index + 2}`).join(', ');
  return countRows(
    store,
    (
      limited,
    ) => `SELECT 1 FROM philjs_jobs_jobs WHERE queue = ?1 AND limited = ${limited} AND status = 'waiting' ${numbered}
      AND (${columns.join(', ')}) < (${places})`,
    columns.map((column) => job[column] ?? null),
  );
}

/** Counts rows of both parts of the waiting jobs: those that limits keep apart, and the others. */
function countRows(
  { file, queue }: SqliteQueueStore,
  part: (limited: 0 | 1) => string,
  values: readonly Row[string][],
): number {
  const some = ([0, 1] as const).map(
    (limited) => `SELECT * FROM (${part(limited)} LIMIT ${MOST_COUNTED})`,
  );
  const row = file.get(
    `SELECT count(*) AS jobs FROM (${some.join(' UNION ALL ')})`,
    queue,
    ...values,
  );
  return Math.min(Number(row?.['jobs']), MOST_COUNTED);
}
