import type { SeenWorker, WorkerInfo, WorkerRequest } from '@philjs/jobs-core';
import { type ConsumeParams, WORKER_ALIVE_MS, type WorkerStore } from '@philjs/jobs-core/backend';
import { compareWorkers, seenWorker, startHeartbeat } from '@philjs/jobs-core/internal';
import { mendClock, setBackBy } from '../lease/mend-clock.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';

/** Lists the workers whose last heartbeat is recent. */
export class SqliteWorkerStore implements WorkerStore {
  readonly #open: () => SqliteQueueStore;

  constructor(open: () => SqliteQueueStore) {
    this.#open = open;
  }

  /** Lists the workers, oldest first. */
  async list(): Promise<SeenWorker[]> {
    const { file, queue, clock } = this.#open();
    const sql =
      'SELECT info, seen_at, asked FROM philjs_jobs_workers WHERE queue = ? AND seen_at > ?';
    const rows = file.all(sql, queue, clock.now() - WORKER_ALIVE_MS);
    const workers = rows.map((row) =>
      seenWorker(String(row['info']), Number(row['seen_at']), row['asked'] as string | null),
    );
    return workers.sort(compareWorkers);
  }

  /** Asks a worker to do something, which it learns with its next heartbeat. */
  async ask({ id, request }: Parameters<WorkerStore['ask']>[0]): Promise<boolean> {
    const { file, queue, clock } = this.#open();
    const sql =
      'UPDATE philjs_jobs_workers SET asked = ? WHERE queue = ? AND id = ? AND seen_at > ?';
    const since = clock.now() - WORKER_ALIVE_MS;
    return (await file.atomically(() => file.run(sql, request, queue, id, since))) > 0;
  }

  /** Notes that workers live; returns what each was last asked to do. */
  async see({
    workers,
  }: Parameters<NonNullable<WorkerStore['see']>>[0]): Promise<(WorkerRequest | undefined)[]> {
    const store = this.#open();
    const { file, clock } = store;
    if (setBackBy(store, clock.now()) > 0) await store.change(mendClock);
    return file.atomically(() => workers.map((worker) => seeWorker(store, worker)));
  }

  /** Forgets a worker. */
  async forget({ id }: { readonly id: string }): Promise<void> {
    const { file, queue } = this.#open();
    const gone = 'DELETE FROM philjs_jobs_workers WHERE queue = ? AND id = ?';
    await file.atomically(() => file.run(gone, queue, id));
  }

  /** Lists a worker; returns a function that removes it: with `forget` at once, else when its time is over. */
  async add({
    worker,
    ...hears
  }: Pick<ConsumeParams, 'worker' | 'onError' | 'onRequest'>): Promise<(forget: boolean) => void> {
    const { clock } = this.#open();
    const see = async (): Promise<WorkerRequest | undefined> =>
      (await this.see({ workers: [worker] }))[0];
    const end = await startHeartbeat({ clock, see, ...hears });
    return (forget) => {
      end();
      if (forget) this.forget(worker).catch(hears.onError);
    };
  }
}

function seeWorker(
  { file, queue, clock }: SqliteQueueStore,
  worker: WorkerInfo,
): WorkerRequest | undefined {
  const now = clock.now();
  file.run(
    `INSERT INTO philjs_jobs_workers (queue, id, info, started_at, seen_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET info = excluded.info, seen_at = excluded.seen_at`,
    queue,
    worker.id,
    JSON.stringify(worker),
    worker.startedAt,
    now,
  );
  const gone = 'DELETE FROM philjs_jobs_workers WHERE queue = ? AND seen_at <= ?';
  file.run(gone, queue, now - WORKER_ALIVE_MS);
  const sql = 'SELECT asked FROM philjs_jobs_workers WHERE queue = ? AND id = ?';
  // Only a checked request is stored.
  return (file.get(sql, queue, worker.id)?.['asked'] ?? undefined) as WorkerRequest | undefined;
}
