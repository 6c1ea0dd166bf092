import { Worker, type WorkerOptions } from 'bullmq';
import { failuresOf } from '../record/job-hash.ts';
import { KEEP_COMPLETED, KEEP_FAILED, toKeepJobs } from '../record/job-options.ts';
import type { ConsumerParts } from './consumer-parts.ts';
import type { HeldJobs } from './held-job.ts';
import { coreBackoff, type JobProcessor } from './job-processor.ts';
import { LeaseBackend } from './lease-backend.ts';
import type { LeaseGuard } from './lease-guard.ts';
import { MarkerWait } from './marker-wait.ts';
import { Moves } from './moves.ts';

/** How long an idle worker waits for a job before it looks by itself, in seconds. */
const BLOCK_SECONDS = 5;
/** How long putting back a marker may take. */
const PUT_BACK_TIMEOUT_MS = 100;

/** What an {@link Engine} works with. */
export interface EngineParts extends ConsumerParts {
  readonly held: HeldJobs;
  readonly guard: LeaseGuard;
  readonly processor: JobProcessor;
  readonly isStopping: () => boolean;
}

/** One BullMQ worker with what stands between it and the server. */
export class Engine {
  readonly wait: MarkerWait;
  readonly #worker: LeaseWorker;
  #retired = false;

  constructor(parts: EngineParts) {
    const { store, params, queueName, prefix, processor } = parts;
    const isStopping = (): boolean => this.#retired || parts.isStopping();
    this.wait = new MarkerWait({
      open: () => parts.open('blocking'),
      putBack: (key, { member, score }) =>
        store.link.run((client) => client.zadd(key, score, member), PUT_BACK_TIMEOUT_MS),
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
      moves: new Moves({
        link: store.link,
        scripts: store.scripts,
        lockDuration: Math.ceil(params.lockDuration),
        knowsLimits: () => params.concurrencyLimits.size > 0,
      }),
      isStopping,
      adopt: (storedId, token, claimed) => {
        const held = processor.hold(storedId, token, claimed);
        const failures = failuresOf(held.hash);
        const error = params.stalledError;
        held.outcome = { type: 'fail', error, failures, attemptUsed: false };
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
