import type { ConsumeParams, Logger } from '@philjs/jobs-core';
import type { WorkerRequest } from '@philjs/jobs-core/backend';
import { forgetWorkerScript, seeWorkerScript } from '../parts/redis-worker-store.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How often a worker sends its heartbeat. */
const BEAT_MS = 15_000;
/** How long removing the worker from the list may take when it stops, in milliseconds. */
const LEAVE_TIMEOUT_MS = 100;

/** Sends the heartbeat of a worker, and warns when its event loop was blocked so long that it may look dead. */
export class WorkerBeat {
  readonly #store: QueueStore;
  readonly #params: ConsumeParams;
  readonly #logger: Logger;
  #beat: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  /** The latest request to it. */
  #heard = '';

  constructor(store: QueueStore, params: ConsumeParams, logger: Logger) {
    this.#store = store;
    this.#params = params;
    this.#logger = logger;
  }

  /** Starts; resolves once the worker is listed, or the server refused to store it. */
  async start(): Promise<void> {
    const { lockDuration } = this.#params;
    const every = Math.max(50, lockDuration / 2);
    let dueAt = performance.now() + every;
    this.#beat = setInterval(() => this.#sayHello(), BEAT_MS);
    this.#watch = setInterval(() => {
      this.#warnIfBlocked(performance.now() - dueAt);
      dueAt = performance.now() + every;
    }, every);
    await this.#sayHello();
  }

  /** Stops. */
  stop(): void {
    clearInterval(this.#beat);
    clearInterval(this.#watch);
  }

  /** Removes this worker from the list, and wakes another for jobs it may have left. */
  async leave(): Promise<void> {
    const args = { worker: this.#params.worker.id };
    await this.#store.link
      .run((client) => this.#store.send(client, forgetWorkerScript, args), LEAVE_TIMEOUT_MS)
      .catch(() => undefined);
  }

  async #sayHello(): Promise<void> {
    const { worker, onError, onRequest } = this.#params;
    const args = { worker: worker.id, description: JSON.stringify(worker) };
    const asked = await this.#store.run(seeWorkerScript, args).catch(onError);
    if (typeof asked !== 'string' || asked === '' || asked === this.#heard) return;
    this.#heard = asked;
    // Only a checked request is stored.
    onRequest?.(asked as WorkerRequest);
  }

  #warnIfBlocked(lateMs: number): void {
    const { lockDuration } = this.#params;
    if (lateMs < lockDuration / 2) return;
    this.#logger.warn(
      `The event loop was blocked for ${Math.round(lateMs)} ms, while leases last ${lockDuration} ms: jobs of this worker may have been given to others. Move long computations to a worker thread.`,
    );
  }
}
