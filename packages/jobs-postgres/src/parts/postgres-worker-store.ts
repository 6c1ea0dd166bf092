import type { SeenWorker, WorkerRequest } from '@philjs/jobs-core';
import type { ConsumeParams, WorkerStore } from '@philjs/jobs-core/backend';
import { compareWorkers, seenWorker, startHeartbeat } from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

/** How often a worker sends its heartbeat, in milliseconds. */
const SEEN_EVERY_MS = 10_000;
/** How long after its last heartbeat a worker is forgotten, in milliseconds. */
const FORGOTTEN_AFTER_MS = 30_000;

/** Lists the workers whose last heartbeat is recent. */
export class PostgresWorkerStore implements WorkerStore {
  readonly #open: () => PostgresStore;

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Lists the workers, oldest first. */
  async list(): Promise<SeenWorker[]> {
    const sql = `SELECT info, seen_at, asked FROM @.workers WHERE queue = $1 AND seen_at > @.now_ms() - $2::float8`;
    const rows = await this.#open().query(sql, [FORGOTTEN_AFTER_MS]);
    const workers = rows.map((row) =>
      seenWorker(String(row['info']), Number(row['seen_at']), row['asked'] as string | null),
    );
    return workers.sort(compareWorkers);
  }

  /** Asks a worker to do something, which it learns with its next heartbeat. */
  async ask({ id, request }: Parameters<WorkerStore['ask']>[0]): Promise<boolean> {
    const sql = `UPDATE @.workers SET asked = $3 WHERE queue = $1 AND id = $2
      AND seen_at > @.now_ms() - $4::float8 RETURNING id`;
    return (await this.#open().query(sql, [id, request, FORGOTTEN_AFTER_MS])).length > 0;
  }

  /** Lists a worker; returns a function that removes it: with `forget` at once, else when its time is over. */
  async add({
    worker,
    ...hears
  }: Pick<ConsumeParams, 'worker' | 'onError' | 'onRequest'>): Promise<
    (forget: boolean) => Promise<void>
  > {
    const store = this.#open();
    const see = async (): Promise<WorkerRequest | undefined> => {
      const info = JSON.stringify(worker);
      const seen = [worker.id, info, worker.startedAt, FORGOTTEN_AFTER_MS];
      // Only a checked request is stored.
      const asked = (await store.value('see_worker', seen)) as WorkerRequest | null;
      return asked ?? undefined;
    };
    const { clock } = store;
    const end = await startHeartbeat({ clock, everyMs: SEEN_EVERY_MS, see, ...hears });
    return async (forget) => {
      end();
      if (!forget) return;
      const sql = `WITH gone AS (DELETE FROM @.workers WHERE queue = $1 AND id = $2)
        DELETE FROM @.holders WHERE queue = $1 AND holder = $2`;
      await store.query(sql, [worker.id]).catch(hears.onError);
    };
  }
}
