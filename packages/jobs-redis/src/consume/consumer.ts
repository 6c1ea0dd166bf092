import {
  type CancelRequest,
  type Consumer,
  cancelledError,
  type Subscription,
} from '@philjs/jobs-core';
import { waitUnless } from '../connection/wait-unless.ts';
import { decodeJobId } from '../keys/job-id.ts';
import { parseOr } from '../record/stored-json.ts';
import type { ConsumerParts } from './consumer-parts.ts';
import { Engine } from './engine.ts';
import { HeldJobs } from './held-job.ts';
import { Housekeeping } from './housekeeping.ts';
import { JobProcessor, workerStopped } from './job-processor.ts';
import { LeaseGuard, leaseLostError } from './lease-guard.ts';

/** How long aborted handlers get to react before their jobs are given back. */
const ABORT_GRACE_MS = 300;
/** How long a claim under way may take, once the worker stops. */
const CLAIM_GRACE_MS = 100;

/** Consumes a queue with BullMQ's worker: its loop, its concurrency, its renewal of locks. */
export class RedisConsumer implements Consumer {
  readonly #parts: ConsumerParts;
  readonly #held = new HeldJobs();
  readonly #guard: LeaseGuard;
  readonly #processor: JobProcessor;
  readonly #housekeeping: Housekeeping;
  #cancels: Subscription | undefined;
  #engine: Engine | undefined;
  #stopping = false;
  #over = false;
  #stopped: Promise<void> | undefined;

  constructor(parts: ConsumerParts) {
    this.#parts = parts;
    const { store, params } = parts;
    this.#guard = new LeaseGuard({
      link: store.link,
      scripts: store.scripts,
      held: this.#held,
      lockDuration: params.lockDuration,
      isStopping: () => this.#stopping,
      isOver: () => this.#over,
      onError: params.onError,
      onLost: (job) => {
        const error = leaseLostError(job);
        params.abort({ lease: job, error });
        params.onError(error);
      },
      onCancelRequests: (requests) => {
        for (const [storedId, text] of requests) this.#cancel(storedId, text);
      },
    });
    this.#processor = new JobProcessor({
      params,
      store,
      held: this.#held,
      guard: this.#guard,
      isStopping: () => this.#stopping,
    });
    this.#housekeeping = new Housekeeping({
      ...parts,
      held: this.#held,
      askedAt: () => this.#engine?.backend.askedAt ?? Date.now(),
      restart: () => this.#restart(),
    });
  }

  /** Starts; resolves once jobs are being fetched. */
  async start(): Promise<void> {
    const { channels, store } = this.#parts;
    this.#cancels = await channels.subscribe(
      store.key('pj:cancel'),
      (message) => {
        const { id, request } = JSON.parse(message) as { id: string; request: string };
        this.#cancel(id, request);
      },
      () => this.#catchUp(),
    );
    await this.#housekeeping.start();
    this.#engine = this.#startEngine();
  }

  stop({ timeout }: { readonly timeout: number }): Promise<void> {
    this.#stopped ??= this.#drain(timeout);
    return this.#stopped;
  }

  /** Ends at once, as if the process had died: gives nothing back, so that leases run out. */
  abandon(): void {
    this.#stopping = true;
    this.#over = true;
    for (const job of this.#held.all()) this.#abort(job);
    this.#processor.abandonAll();
    this.#end();
  }

  async #drain(timeout: number): Promise<void> {
    if (this.#over) return;
    this.#stopping = true;
    this.#engine?.stopFetching();
    const deadline = Date.now() + timeout;
    await this.#untilClaimed();
    await this.#held.untilIdle(Math.max(0, deadline - Date.now()));
    // What was claimed when a job ended is given back by then.
    await this.#untilClaimed();
    if (this.#held.size > 0) {
      for (const job of this.#held.all()) this.#abort(job);
      await this.#held.untilIdle(ABORT_GRACE_MS);
    }
    for (const kept of this.#engine?.backend.takeKept() ?? []) this.#processor.hold(...kept);
    await this.#processor.giveBackAll();
    this.#over = true;
    await this.#housekeeping.leave();
    this.#end();
  }

  /** Waits for what the server may have handed out already, so that it is given back too. */
  async #untilClaimed(): Promise<void> {
    await waitUnless(CLAIM_GRACE_MS, () => !this.#guard.isClaiming);
    await new Promise((resolve) => setImmediate(resolve));
  }

  #end(): void {
    this.#housekeeping.stop();
    void this.#cancels?.unsubscribe();
    this.#engine?.end();
  }

  #abort(job: { readonly id: string; readonly fencingToken: number }): void {
    this.#parts.params.abort({ lease: job, error: workerStopped() });
  }

  #cancel(storedId: string, text: string): void {
    const job = this.#held.get(storedId);
    if (job === undefined) return;
    const { reason, force } = parseOr(text, { force: false }) as unknown as CancelRequest;
    const error = cancelledError(decodeJobId(storedId), reason);
    this.#parts.params.abort({ lease: job, error, force });
  }

  /** Asks for what was published while nobody listened. */
  #catchUp(): void {
    const ids = this.#held.all().map((job) => job.storedId);
    this.#guard.checkCancelled(ids).catch(this.#parts.params.onError);
  }

  /** Begins anew with a worker that fetches; the old one ends with the jobs it runs. */
  #restart(): void {
    if (this.#stopping) return;
    const old = this.#engine;
    this.#engine = this.#startEngine();
    old?.retire();
  }

  #startEngine(): Engine {
    return new Engine({
      ...this.#parts,
      held: this.#held,
      guard: this.#guard,
      processor: this.#processor,
      isStopping: () => this.#stopping,
    });
  }
}
