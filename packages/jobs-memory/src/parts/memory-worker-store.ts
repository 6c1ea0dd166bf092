import type { Clock, SeenWorker, WorkerInfo, WorkerRequest } from '@philjs/jobs-core';
import { type ConsumeParams, WORKER_ALIVE_MS, type WorkerStore } from '@philjs/jobs-core/backend';
import { compareWorkers } from '@philjs/jobs-core/internal';
import type { QueueState } from '../state/queue-state.ts';

/** Holds a running worker, and what it was asked to do. */
export interface ListedWorker {
  readonly info: WorkerInfo;
  readonly onRequest?: ConsumeParams['onRequest'];
  asked?: WorkerRequest;
  /** When its server last said that it lives, in epoch milliseconds; absent for a worker of this process. */
  seenAt?: number;
}

/** Lists the workers of a queue: those of this process are either seen now or gone. */
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
    const now = this.#clock.now();
    return this.#alive()
      .sort((a, b) => compareWorkers(a.info, b.info))
      .map(({ info, asked, seenAt = now }) => ({
        ...info,
        jobs: { ...info.jobs },
        seenAt,
        ...(asked !== undefined && { asked }),
      }));
  }

  /** Asks a worker to do something. */
  async ask({ id, request }: Parameters<WorkerStore['ask']>[0]): Promise<boolean> {
    const worker = this.#alive().find(({ info }) => info.id === id);
    if (worker === undefined) return false;
    const isNew = worker.asked !== request;
    worker.asked = request;
    if (isNew) worker.onRequest?.(request);
    return true;
  }

  /** Notes that workers of a server live; returns what each was last asked to do. */
  async see({
    workers,
  }: Parameters<NonNullable<WorkerStore['see']>>[0]): Promise<(WorkerRequest | undefined)[]> {
    const seenAt = this.#clock.now();
    const listed = new Map(this.#alive().map((worker) => [worker.info.id, worker]));
    return workers.map((info) => {
      const { asked } = listed.get(info.id) ?? {};
      this.#remove(info.id);
      this.#state().workers.add({ info, seenAt, ...(asked && { asked }) });
      return asked;
    });
  }

  /** Forgets a worker of a server. */
  async forget({ id }: { readonly id: string }): Promise<void> {
    this.#remove(id);
  }

  #remove(id: string): void {
    const { workers } = this.#state();
    for (const worker of workers) if (worker.info.id === id) workers.delete(worker);
  }

  /** Lists those that live, and forgets the others. */
  #alive(): ListedWorker[] {
    const since = this.#clock.now() - WORKER_ALIVE_MS;
    const { workers } = this.#state();
    for (const worker of workers) {
      if (worker.seenAt !== undefined && worker.seenAt <= since) workers.delete(worker);
    }
    return [...workers];
  }
}
