import type { Clock, SeenWorker, WorkerInfo, WorkerRequest } from '@philjs/jobs-core';
import type { ConsumeParams, WorkerStore } from '@philjs/jobs-core/backend';
import { compareWorkers } from '@philjs/jobs-core/internal';
import type { QueueState } from '../state/queue-state.ts';

/** Holds a running worker, and what it was asked to do. */
export interface ListedWorker {
  readonly info: WorkerInfo;
  readonly onRequest: ConsumeParams['onRequest'];
  asked?: WorkerRequest;
}

/** Lists the workers of a queue: they live in this process, so each is either seen now or gone. */
export class MemoryWorkerStore implements WorkerStore {
  readonly #state: () => QueueState;
  readonly #clock: Clock;

  constructor(state: () => QueueState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** Lists a worker; returns a function that removes it. */
  add({ worker, onRequest }: Pick<ConsumeParams, 'worker' | 'onRequest'>): () => void {
    const { workers } = this.#state();
    const listed = { info: worker, onRequest };
    workers.add(listed);
    return () => void workers.delete(listed);
  }

  /** Lists the running workers, oldest first. */
  async list(): Promise<SeenWorker[]> {
    const seenAt = this.#clock.now();
    return [...this.#state().workers]
      .sort((a, b) => compareWorkers(a.info, b.info))
      .map(({ info, asked }) => ({
        ...info,
        jobs: { ...info.jobs },
        seenAt,
        ...(asked !== undefined && { asked }),
      }));
  }

  /** Asks a worker to do something. */
  async ask({ id, request }: Parameters<WorkerStore['ask']>[0]): Promise<boolean> {
    const worker = [...this.#state().workers].find(({ info }) => info.id === id);
    if (worker === undefined) return false;
    const isNew = worker.asked !== request;
    worker.asked = request;
    if (isNew) worker.onRequest?.(request);
    return true;
  }
}
