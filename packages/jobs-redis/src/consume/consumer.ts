import {
  type CancelRequest,
  type ConsumeParams,
  type Consumer,
  cancelledError,
  type Logger,
  type Subscription,
} from '@philjs/jobs-core';
import { Worker, type WorkerOptions } from 'bullmq';
import type { Client, ConnectionRole } from '../connection/connect.ts';
import { decodeJobId } from '../keys/job-id.ts';
import { KEEP_COMPLETED, KEEP_FAILED, toKeepJobs } from '../record/job-options.ts';
import { parseOr } from '../record/stored-json.ts';
import type { Channels } from '../store/channels.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { HeldJobs } from './held-job.ts';
import { Housekeeping } from './housekeeping.ts';
import { coreBackoff, JobProcessor, workerStopped } from './job-processor.ts';
import { LeaseBackend } from './lease-backend.ts';
import { LeaseGuard, leaseLostError } from './lease-guard.ts';
import { MarkerWait } from './marker-wait.ts';

/** How long an idle worker waits for a job before it looks by itself, in seconds. */
export const BLOCK_SECONDS = 5;
/** How long aborted handlers get to react before their jobs are given back. */
const ABORT_GRACE_MS = 400;
/** How long BullMQ's worker gets to end. */
const CLOSE_TIMEOUT_MS = 100;

/** What a consumer needs of its backend. */
export interface ConsumerParts {
  readonly queueName: string;
  readonly prefix: string;
  readonly store: QueueStore;
  readonly params: ConsumeParams;
  readonly logger: Logger;
  readonly channels: Channels;
  /** Opens a connection of this consumer's own. */
  readonly open: (role: ConnectionRole) => Client;
}

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
      fetchedAt: () => this.#engine?.backend.fetchedAt ?? Date.now(),
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
    await this.#held.untilIdle(timeout);
    if (this.#held.size > 0) {
      for (const job of this.#held.all()) this.#abort(job);
      await this.#held.untilIdle(ABORT_GRACE_MS);
    }
    await this.#processor.giveBackAll();
    this.#over = true;
    await this.#housekeeping.leave();
    this.#end();
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

interface EngineParts extends ConsumerParts {
  readonly held: HeldJobs;
  readonly guard: LeaseGuard;
  readonly processor: JobProcessor;
  readonly isStopping: () => boolean;
}

/** One BullMQ worker with what stands between it and the server. */
class Engine {
  readonly wait: MarkerWait;
  readonly #worker: LeaseWorker;
  #retired = false;

  constructor(parts: EngineParts) {
    const { store, params, queueName, prefix, processor } = parts;
    const isStopping = (): boolean => this.#retired || parts.isStopping();
    this.wait = new MarkerWait({
      open: () => parts.open('blocking'),
      putBack: (key, { member, score }) =>
        store.link.run((client) => client.zadd(key, score, member), CLOSE_TIMEOUT_MS),
      isStopping,
    });
    const options: WorkerOptions = {
      connection: store.link.client as never,
      prefix,
      concurrency: params.concurrency,
      lockDuration: params.lockDuration,
      maxStalledCount: params.maxStalledCount,
      drainDelay: BLOCK_SECONDS,
      skipStalledCheck: true,
      autorun: false,
      settings: { backoffStrategy: coreBackoff },
      removeOnComplete: toKeepJobs(KEEP_COMPLETED),
      removeOnFail: toKeepJobs(KEEP_FAILED),
    };
    const backend = new LeaseBackend(queueName, prefix, options, {
      link: store.link,
      scripts: store.scripts,
      guard: parts.guard,
      held: parts.held,
      wait: this.wait,
      isStopping,
      adopt: (storedId, token, hash) => {
        const held = processor.hold(storedId, token, hash);
        held.outcome = { type: 'fail', error: params.stalledError, attemptUsed: false };
        return held;
      },
    });
    this.#worker = new LeaseWorker(
      queueName,
      (job, token = '') => processor.process(backend, job, token),
      options,
      backend,
    );
    this.#worker.on('error', params.onError);
    this.#worker.run().catch(params.onError);
  }

  /** What stands between the worker and the server. */
  get backend(): LeaseBackend {
    return this.#worker.leases;
  }

  /** Fetches no more. */
  stopFetching(): void {
    this.#worker.pause(true).catch(() => undefined);
    this.wait.close();
  }

  /** Fetches no more; ends when the jobs under way are done. */
  retire(): void {
    this.#retired = true;
    this.stopFetching();
    this.#worker.close().catch(() => undefined);
  }

  /** Ends at once. */
  end(): void {
    this.wait.close();
    this.#worker.close(true).catch(() => undefined);
  }
}

/** BullMQ's worker over a {@link LeaseBackend}. */
class LeaseWorker extends Worker {
  readonly leases: LeaseBackend;

  constructor(
    name: string,
    processor: (job: never, token?: string) => Promise<unknown>,
    options: WorkerOptions,
    leases: LeaseBackend,
  ) {
    super(name, processor as never, options, () => leases);
    this.leases = leases;
  }
}
