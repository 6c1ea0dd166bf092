import type { SeenWorker, TimerHandle, WorkerInfo, WorkerStore } from '@philjs/jobs-core';
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
    const sql = `SELECT info, seen_at FROM @.workers WHERE queue = $1 AND seen_at > @.now_ms() - $2::float8
      ORDER BY started_at, id`;
    const rows = await this.#open().query(sql, [FORGOTTEN_AFTER_MS]);
    return rows.map((row) => ({
      ...(JSON.parse(String(row['info'])) as WorkerInfo),
      seenAt: Number(row['seen_at']),
    }));
  }

  /** Lists a worker; returns a function that removes it: with `forget` at once, else when its time is over. */
  async add(
    worker: WorkerInfo,
    onError: (error: unknown) => void,
  ): Promise<(forget: boolean) => Promise<void>> {
    const store = this.#open();
    let timer: TimerHandle;
    let ended = false;
    const see = async (): Promise<void> => {
      const info = JSON.stringify(worker);
      await store.value('see_worker', [worker.id, info, worker.startedAt, FORGOTTEN_AFTER_MS]);
    };
    const again = (): void => {
      const next = (): void =>
        void see()
          .catch(onError)
          .then(() => !ended && again());
      timer = store.clock.setTimeout(next, SEEN_EVERY_MS, { background: true });
    };
    await see();
    again();
    return async (forget) => {
      ended = true;
      store.clock.clearTimeout(timer);
      if (!forget) return;
      const sql = `WITH gone AS (DELETE FROM @.workers WHERE queue = $1 AND id = $2)
        DELETE FROM @.holders WHERE queue = $1 AND holder = $2`;
      await store.query(sql, [worker.id]).catch(onError);
    };
  }
}
