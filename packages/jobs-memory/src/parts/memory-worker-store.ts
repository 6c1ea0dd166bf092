import type { Clock, SeenWorker, WorkerStore } from '@philjs/jobs-core/backend';
import type { QueueState } from '../state/queue-state.ts';

/** Lists the workers of a queue: they live in this process, so each is either seen now or gone. */
export class MemoryWorkerStore implements WorkerStore {
  readonly #state: () => QueueState;
  readonly #clock: Clock;

  constructor(state: () => QueueState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** Lists the running workers, oldest first. */
  async list(): Promise<SeenWorker[]> {
    const seenAt = this.#clock.now();
    return [...this.#state().workers]
      .sort((a, b) => a.startedAt - b.startedAt)
      .map((worker) => ({ ...worker, jobs: { ...worker.jobs }, seenAt }));
  }
}
