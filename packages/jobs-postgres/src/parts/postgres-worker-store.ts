import type { SeenWorker, WorkerRequest } from '@philjs/jobs-core';
import { type ConsumeParams, WORKER_ALIVE_MS, type WorkerStore } from '@philjs/jobs-core/backend';
import { compareWorkers, seenWorker, startHeartbeat } from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

/** Lists the workers whose last heartbeat is recent. */
export class PostgresWorkerStore implements WorkerStore {
  readonly #open: () => PostgresStore;

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Lists the workers, oldest first. */
  async list(): Promise<SeenWorker[]> {
    const sql = `SELECT info, seen_at, asked FROM @.workers WHERE queue = $1 AND seen_at > @.now_ms() - $2::float8`;
    const rows = await this.#open().query(sql, [WORKER_ALIVE_MS]);
    const workers = rows.map((row) =>
      seenWorker(String(row['info']), Number(row['seen_at']), row['asked'] as string | null),
    );
    return workers.sort(compareWorkers);
  }

  /** Asks a worker to do something, which it learns with its next heartbeat. */
  async ask({ id, request }: Parameters<WorkerStore['ask']>[0]): Promise<boolean> {
    const sql = `UPDATE @.workers SET asked = $3 WHERE queue = $1 AND id = $2
      AND seen_at > @.now_ms() - $4::float8 RETURNING id`;
    return (await this.#open().query(sql, [id, request, WORKER_ALIVE_MS])).length > 0;
  }

  /** Notes that workers live; returns what each was last asked to do. */
  async see({
    workers,
  }: Parameters<NonNullable<WorkerStore['see']>>[0]): Promise<(WorkerRequest | undefined)[]> {
    const sql = `SELECT @.see_worker($1, w.id, w.info::text, w.started_at, $3) AS asked
      FROM json_to_recordset($2) AS w(id text, info json, started_at float8)`;
    const seen = workers.map((info) => ({ id: info.id, info, started_at: info.startedAt }));
    const rows = await this.#open().query(sql, [JSON.stringify(seen), WORKER_ALIVE_MS]);
    // Only a checked request is stored.
    return rows.map(({ asked }) => (asked ?? undefined) as WorkerRequest | undefined);
  }

  /** Forgets a worker. */
  async forget({ id }: { readonly id: string }): Promise<void> {
    const sql = `WITH gone AS (DELETE FROM @.workers WHERE queue = $1 AND id = $2)
      DELETE FROM @.holders WHERE queue = $1 AND (holder = $2 OR starts_with(holder, $2 || '~'))`;
    await this.#open().query(sql, [id]);
  }

  /** Lists a worker; returns a function that removes it: with `forget` at once, else when its time is over. */
  async add({
    worker,
    ...hears
  }: Pick<ConsumeParams, 'worker' | 'onError' | 'onRequest'>): Promise<
    (forget: boolean) => Promise<void>
  > {
    const { clock } = this.#open();
    const see = async (): Promise<WorkerRequest | undefined> =>
      (await this.see({ workers: [worker] }))[0];
    const end = await startHeartbeat({ clock, see, ...hears });
    return async (forget) => {
      end();
      if (forget) await this.forget(worker).catch(hears.onError);
    };
  }
}
