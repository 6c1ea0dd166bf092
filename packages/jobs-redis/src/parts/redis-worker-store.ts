import type { WorkerInfo, WorkerStore } from '@philjs/jobs-core';
import type { SeenWorker, WorkerRequest } from '@philjs/jobs-core/backend';
import { askWorkerScript, listWorkersScript } from '../script/worker-scripts.ts';
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
    for (let i = 0; i + 2 < found.length; i += 3) {
      const info: WorkerInfo = JSON.parse(found[i] ?? '{}');
      // Only a checked request is stored; the script answers an empty text for none.
      const asked = found[i + 2] as WorkerRequest | '';
      workers.push({ ...info, seenAt: Number(found[i + 1]), ...(asked && { asked }) });
    }
    return workers.sort((a, b) => a.startedAt - b.startedAt);
  }

  /** Asks a worker to do something, which it learns with its next heartbeat. */
  async ask({ id, request }: Parameters<WorkerStore['ask']>[0]): Promise<boolean> {
    return (await this.#store.run(askWorkerScript, { worker: id, request })) === 1;
  }
}
