import type { SeenWorker, WorkerInfo, WorkerStore } from '@philjs/jobs-core';
import { listWorkersScript } from '../script/worker-scripts.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** Lists the workers whose last heartbeat is recent. */
export class RedisWorkerStore implements WorkerStore {
  readonly #store: QueueStore;

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /** Lists the workers, oldest first. */
  async list(): Promise<SeenWorker[]> {
    const found = await this.#store.run(listWorkersScript, {});
    const workers: SeenWorker[] = [];
    for (let i = 0; i + 1 < found.length; i += 2) {
      const info: WorkerInfo = JSON.parse(found[i] ?? '{}');
      workers.push({ ...info, seenAt: Number(found[i + 1]) });
    }
    return workers.sort((a, b) => a.startedAt - b.startedAt);
  }
}
