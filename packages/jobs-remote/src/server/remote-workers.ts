import type { Clock, IQueue, TimerHandle, WorkerInfo, WorkerRequest } from '@philjs/jobs-core';
import {
  type LeaseCancellation,
  WORKER_SEEN_EVERY_MS,
  type WorkerStore,
} from '@philjs/jobs-core/backend';
import { WorkGate } from './work-gate.ts';

/** How long after a call a worker may take to wait again, in milliseconds. */
const WAITS_AGAIN_MS = 2000;
/** How long after its last call a worker counts as gone, in milliseconds: it waits for at most 25 seconds a call. */
const GONE_AFTER_MS = 40_000;

/** Answers a call that waits: what the worker should do. */
export interface Notice {
  /** Whether it should ask for jobs. */
  readonly ready: boolean;
  /** The jobs it should cancel, if it holds them. */
  readonly cancelled: readonly LeaseCancellation[];
  /** The latest request of an operator to it. */
  readonly asked?: WorkerRequest;
}

interface RemoteWorker {
  info: WorkerInfo;
  heardAt: number;
  asked?: WorkerRequest | undefined;
  /** The cancellations that it does not know yet. */
  cancelled: LeaseCancellation[];
  isReady: boolean;
  tell?: (() => void) | undefined;
}

/** Keeps the workers of a queue that call this server: lists them, wakes them, and tells them what is asked of them. */
export class RemoteWorkers {
  readonly gate: WorkGate;
  readonly #clock: Clock;
  readonly #store: WorkerStore | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #workers = new Map<string, RemoteWorker>();
  #timer: TimerHandle;
  #isClosed = false;

  constructor(queue: IQueue) {
    this.#clock = queue.clock;
    this.#store = queue.backend.workers;
    this.gate = new WorkGate(queue.clock);
    this.#onError = (error) =>
      queue.logger.warn('Workers elsewhere could not be listed', { error });
  }

  /** Waits until a worker should ask for jobs, cancel some, or was asked something, for `waitMs` at most. */
  async wait(info: WorkerInfo, waitMs: number, signal: AbortSignal): Promise<Notice> {
    const worker = await this.#hear(info);
    worker.tell?.(); // its call before this one was lost
    if (waitMs > 0 && !this.#hasNews(worker)) await this.#news(worker, waitMs, signal);
    const notice = { ready: worker.isReady, cancelled: worker.cancelled, ...askedOf(worker) };
    worker.isReady = false;
    worker.cancelled = [];
    return notice;
  }

  /** Notes that a worker called. */
  heard(id: string): void {
    const worker = this.#workers.get(id);
    if (worker !== undefined) worker.heardAt = this.#clock.now();
  }

  /** Tells all workers of a job to cancel: one of them may hold it. */
  cancel(cancellation: LeaseCancellation): void {
    for (const worker of this.#workers.values()) {
      worker.cancelled.push(cancellation);
      worker.tell?.();
    }
  }

  /** Forgets a worker that has ended. */
  async leave(id: string): Promise<void> {
    const worker = this.#workers.get(id);
    this.#workers.delete(id);
    worker?.tell?.();
    this.gate.leave(id);
    await this.#store?.forget?.({ id });
  }

  /** Ends all waits. */
  close(): void {
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#timer);
    for (const worker of this.#workers.values()) worker.tell?.();
    this.#workers.clear();
    this.gate.close();
  }

  #news(worker: RemoteWorker, waitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const tell = (): void => {
        leaveGate();
        this.#clock.clearTimeout(timer);
        signal.removeEventListener('abort', tell);
        if (worker.tell === tell) worker.tell = undefined;
        resolve();
      };
      const timer = this.#clock.setTimeout(tell, waitMs, { background: true });
      signal.addEventListener('abort', tell, { once: true });
      worker.tell = tell;
      const leaveGate = this.gate.wait(worker.info.id, () => {
        worker.isReady = true;
        // Not yet where the gate is open: this call has not returned.
        queueMicrotask(tell);
      });
    });
  }

  #hasNews(worker: RemoteWorker): boolean {
    return worker.isReady || worker.cancelled.length > 0 || this.#isClosed;
  }

  /** Notes that a worker waits; lists one that is new. */
  async #hear(info: WorkerInfo): Promise<RemoteWorker> {
    const heardAt = this.#clock.now();
    const known = this.#workers.get(info.id);
    if (known !== undefined) {
      known.heardAt = heardAt;
      return known;
    }
    const worker: RemoteWorker = { info, heardAt, cancelled: [], isReady: false };
    this.#workers.set(info.id, worker);
    await this.#see([worker]);
    if (this.#workers.size === 1) this.#seeAgain();
    return worker;
  }

  async #see(workers: readonly RemoteWorker[]): Promise<void> {
    const asked = await this.#store?.see?.({ workers: workers.map(({ info }) => info) });
    for (const [index, worker] of workers.entries()) {
      const request = asked?.[index] ?? undefined;
      if (request === worker.asked) continue;
      worker.asked = request;
      worker.tell?.();
    }
  }

  #seeAgain(): void {
    this.#clock.clearTimeout(this.#timer);
    const see = (): void => {
      const since = this.#clock.now() - GONE_AFTER_MS;
      for (const [id, { heardAt }] of this.#workers) {
        if (heardAt > since) continue;
        this.#workers.delete(id);
        this.gate.leave(id);
      }
      if (this.#workers.size === 0 || this.#isClosed) return;
      // The call of a worker that died has ended: it is not said to live until it is gone.
      const here = this.#clock.now() - WAITS_AGAIN_MS;
      const alive = [...this.#workers.values()].filter(
        ({ tell, heardAt }) => tell || heardAt > here,
      );
      this.#see(alive).catch(this.#onError);
      this.#seeAgain();
    };
    this.#timer = this.#clock.setTimeout(see, WORKER_SEEN_EVERY_MS, { background: true });
  }
}

function askedOf({ asked }: RemoteWorker): { asked?: WorkerRequest } {
  return asked === undefined ? {} : { asked };
}
