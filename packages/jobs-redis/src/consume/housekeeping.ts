import type { ConsumeParams, Logger } from '@philjs/jobs-core';
import { JobsError } from '@philjs/jobs-core';
import { decodeJobId } from '../keys/job-id.ts';
import { KEEP_FAILED } from '../record/job-options.ts';
import { recoverScript } from '../script/lease-scripts.ts';
import { adoptJobsScript, keepLimitsScript } from '../script/limit-scripts.ts';
import { countJobsScript } from '../script/read-jobs-scripts.ts';
import { forgetWorkerScript, seeWorkerScript } from '../script/worker-scripts.ts';
import type { QueueStore } from '../store/queue-store.ts';
import type { HeldJobs } from './held-job.ts';

/** How often a worker says that it lives, and how often it also says all about itself. */
const HEARTBEAT_MS = 10_000;
const INTRODUCTION_MS = 60_000;
/** How often the limits are looked after. */
const LIMITS_MS = 30_000;
/** How long nothing may be fetched while jobs wait: three of the longest blocking reads. */
const STUCK_AFTER_MS = 15_000;
/** How many waiting jobs are brought under a new limit at once. */
const ADOPT_BATCH = 1000;
/** How long saying goodbye may take. */
const LEAVE_TIMEOUT_MS = 100;

/** What {@link Housekeeping} works with. */
export interface HousekeepingParts {
  readonly store: QueueStore;
  readonly params: ConsumeParams;
  readonly logger: Logger;
  readonly held: HeldJobs;
  /** The time by the server's clock. */
  readonly serverNow: () => number;
  /** When jobs were last asked for. */
  readonly askedAt: () => number;
  /** Replaces a worker that stopped asking. */
  readonly restart: () => void;
}

/**
 * Does what a worker owes the others at regular times: takes back what those who died held, says that it
 * lives, keeps the limits, and looks whether its own loop still turns.
 */
export class Housekeeping {
  readonly #parts: HousekeepingParts;
  readonly #recoverEveryMs: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
    this.#recoverEveryMs = Math.max(50, parts.params.lockDuration / 2);
  }

  /** Starts; resolves once this worker is known to the others. */
  async start(): Promise<void> {
    await this.#keepLimits();
    await this.#sayHello();
    await this.#recover();
    this.#every(this.#recoverEveryMs, async (lateMs) => {
      this.#warnIfBlocked(lateMs);
      await this.#recover();
    });
    this.#every(HEARTBEAT_MS, () => this.#showLife());
    this.#every(INTRODUCTION_MS, () => this.#sayHello());
    this.#every(LIMITS_MS, () => this.#keepLimits());
    this.#every(STUCK_AFTER_MS, () => this.#restartIfStuck());
  }

  /** Tells the others that this worker is gone, and that there may be something to fetch. */
  async leave(): Promise<void> {
    const { store, params } = this.#parts;
    await store.link
      .run(
        (client) => store.scripts.run(client, forgetWorkerScript, [params.worker.id]),
        LEAVE_TIMEOUT_MS,
      )
      .catch(() => undefined);
  }

  /** Stops. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #every(ms: number, work: (lateMs: number) => Promise<void>): void {
    if (this.#stopped) return;
    const dueAt = Date.now() + ms;
    const timer = setTimeout(async () => {
      this.#timers.delete(timer);
      try {
        await work(Date.now() - dueAt);
      } catch (error) {
        if (!this.#stopped) this.#parts.params.onError(error);
      }
      this.#every(ms, work);
    }, ms);
    this.#timers.add(timer);
  }

  async #recover(): Promise<void> {
    const { store, params } = this.#parts;
    const { maxStalledCount, stalledError } = params;
    const found = (await store.run(recoverScript, [
      maxStalledCount,
      Date.now(),
      Math.max(1, Math.floor(this.#recoverEveryMs) - 25),
      stalledError.message,
      JSON.stringify(stalledError),
      KEEP_FAILED.ageMs / 1000,
      KEEP_FAILED.count,
    ])) as [string, string, number, number][];
    for (const [storedId, name, fencingToken, failed] of found) {
      const lease = { id: decodeJobId(storedId), fencingToken };
      params.onStalled({ lease, name, failed: failed === 1 });
    }
  }

  async #showLife(): Promise<void> {
    const { store, params, serverNow } = this.#parts;
    const now = Math.round(serverNow());
    await store.link.run((client) =>
      client.zadd(store.key('pj:seen'), 'XX', now, params.worker.id),
    );
  }

  async #sayHello(): Promise<void> {
    const { store, params } = this.#parts;
    const { worker } = params;
    await store.run(seeWorkerScript, [worker.id, JSON.stringify(worker)]);
  }

  /** Publishes the limits of the jobs this worker knows, and takes back those that have none any more. */
  async #keepLimits(): Promise<void> {
    const { store, params } = this.#parts;
    const names = new Set([...Object.keys(params.worker.jobs), ...params.concurrencyLimits.keys()]);
    const args = [...names].flatMap((name) => [name, params.concurrencyLimits.get(name) ?? 0]);
    const fresh = (await store.run(keepLimitsScript, args)) as string[];
    if (fresh.length === 0) return;
    for (let from = 0; from >= 0; ) {
      from = (await store.run(adoptJobsScript, [from, ADOPT_BATCH, ...fresh])) as number;
    }
  }

  #warnIfBlocked(lateMs: number): void {
    const { logger, params } = this.#parts;
    if (lateMs < params.lockDuration / 2) return;
    logger.warn(
      `The event loop was blocked for ${Math.round(lateMs)} ms, while leases last ${params.lockDuration} ms: jobs of this worker may have been given to others. Move work that spins to a worker thread.`,
    );
  }

  async #restartIfStuck(): Promise<void> {
    const { store, params, held, logger, askedAt, restart } = this.#parts;
    const silentMs = Date.now() - askedAt();
    if (silentMs < STUCK_AFTER_MS || held.size >= params.concurrency) return;
    const paused = await store.link.run((client) => client.hexists(store.key('meta'), 'paused'));
    const [waiting = 0] = (await store.run(countJobsScript, [])) as number[];
    if (paused === 1 || waiting === 0) return;
    const message = `The worker asked for no job for ${silentMs} ms while ${waiting} wait; it begins anew.`;
    logger.warn(message);
    params.onError(new JobsError('JOBS_BACKEND_UNAVAILABLE', message));
    restart();
  }
}
