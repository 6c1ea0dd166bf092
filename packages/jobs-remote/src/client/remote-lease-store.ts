import type { Clock, WorkerInfo, WorkerRequest } from '@philjs/jobs-core';
import type { ExchangeAnswer, ExchangeParams, LeaseStore } from '@philjs/jobs-core/backend';
import type { Notice } from '../server/remote-workers.ts';
import type { RemoteClient } from './remote-client.ts';

/** How long one call waits for work, in milliseconds: proxies end calls that take longer than 30 seconds or more. */
const WAIT_MS = 25_000;
/** How long to wait after a call that failed, in milliseconds: at first, and at most. */
const AGAIN_MS = { first: 250, most: 5000 } as const;

/** Describes the worker that gets its jobs from the server. */
export interface RemoteWorkerOptions {
  readonly client: RemoteClient;
  readonly clock: Clock;
  readonly worker: WorkerInfo;
  readonly onRequest?: ((request: WorkerRequest) => void) | undefined;
  readonly onError: (error: unknown) => void;
}

/** Keeps the leases of one worker on the server. One call waits for news as long as the worker lives. */
export class RemoteLeaseStore implements LeaseStore {
  readonly #options: RemoteWorkerOptions;
  readonly #left = new AbortController();
  #asked: WorkerRequest | undefined;

  constructor(options: RemoteWorkerOptions) {
    this.#options = options;
  }

  /** Records the runs that ended and hands out jobs; see `LeaseStore.exchange`. */
  exchange(params: ExchangeParams): Promise<ExchangeAnswer> {
    return this.#options.client.call('leases/exchange', params) as Promise<ExchangeAnswer>;
  }

  /** Renews leases; see `LeaseStore.extend`. */
  extend(params: Parameters<LeaseStore['extend']>[0]): ReturnType<LeaseStore['extend']> {
    return this.#options.client.call('leases/extend', params) as Promise<
      Awaited<ReturnType<LeaseStore['extend']>>
    >;
  }

  /** Lists the worker. @throws JobsError as `RemoteClient.call` */
  async join(): Promise<void> {
    await this.#news(0);
  }

  /** Waits for news until the worker leaves; see `LeaseStore.watch`. */
  watch(hears: Parameters<NonNullable<LeaseStore['watch']>>[0]): () => void {
    void this.#listen(hears);
    return () => this.#left.abort();
  }

  /** Ends waiting, and the listing of the worker: with `forget` at once, else when its time is over. */
  async leave(forget: boolean): Promise<void> {
    this.#left.abort();
    const { client, worker } = this.#options;
    if (forget) await client.call('leases/leave', { holder: worker.id }).catch(() => undefined);
  }

  async #listen({
    onReady,
    onCancel,
  }: Parameters<NonNullable<LeaseStore['watch']>>[0]): Promise<void> {
    let failures = 0;
    while (!this.#left.signal.aborted) {
      try {
        const { ready, cancelled } = await this.#news(WAIT_MS);
        // What happened while no call waited is not known.
        if (ready || failures > 0) onReady();
        failures = 0;
        for (const cancellation of cancelled) onCancel(cancellation);
      } catch (error) {
        if (this.#left.signal.aborted) return;
        if (failures === 0) this.#options.onError(error);
        failures += 1;
        await this.#pause(Math.min(AGAIN_MS.most, AGAIN_MS.first * 2 ** (failures - 1)));
      }
    }
  }

  async #news(waitMs: number): Promise<Notice> {
    const { client, worker, onRequest } = this.#options;
    const how = { waitMs, signal: this.#left.signal };
    const notice = (await client.call('leases/wait', { worker, waitMs }, how)) as Notice;
    if (notice.asked !== undefined && notice.asked !== this.#asked) onRequest?.(notice.asked);
    this.#asked = notice.asked;
    return notice;
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, ms, { background: true });
      this.#left.signal.addEventListener('abort', () => {
        clock.clearTimeout(timer);
        resolve();
      });
    });
  }
}
