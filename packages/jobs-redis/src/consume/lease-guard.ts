import { JobsError } from '@philjs/jobs-core';
import type { Link } from '../connection/link.ts';
import { isConnectionLoss, isRefusal } from '../connection/unavailable.ts';
import { waitUnless } from '../connection/wait-unless.ts';
import { afterLossScript, cancelRequestsScript } from '../script/lease-scripts.ts';
import type { Scripts } from '../script/run-script.ts';
import type { HeldJob, HeldJobs } from './held-job.ts';

/** How long a claim waits for the server before it lets the worker look whether it should go on. */
const CLAIM_TIMEOUT_MS = 5000;
/** How long one try to record an outcome waits for the server. */
const RECORD_TIMEOUT_MS = 2000;
/** How long to wait after the server refused something, at first and at most. */
const RETRY_MS = { first: 50, most: 1000 } as const;

/** What came of a step: BullMQ's answer, or a job found to have been claimed by it, as the server answered. */
export interface Step<T> {
  readonly answer?: T;
  readonly found?: unknown[];
}

/** What became of a lease whose lock is not there. */
type LossState = 'gone' | 'moved' | 'held';

/** What a {@link LeaseGuard} works with. */
export interface LeaseGuardParts {
  readonly link: Link;
  readonly scripts: Scripts;
  readonly held: HeldJobs;
  readonly lockDuration: number;
  readonly isStopping: () => boolean;
  /** Whether nothing is to be recorded any more. */
  readonly isOver: () => boolean;
  readonly onError: (error: unknown) => void;
  readonly onLost: (job: HeldJob) => void;
  readonly onCancelRequests: (requests: readonly (readonly [string, string])[]) => void;
}

/**
 * Keeps leases through outages: what was asked of the server is repeated until it answers, and what it may
 * have done before the connection broke is found out, not done twice.
 */
export class LeaseGuard {
  readonly #parts: LeaseGuardParts;
  #claiming = 0;

  constructor(parts: LeaseGuardParts) {
    this.#parts = parts;
  }

  /** Whether the server has yet to answer a claim. */
  get isClaiming(): boolean {
    return this.#claiming > 0;
  }

  /** Claims a job; answers nothing when the worker stops before the server answers. */
  async claim<T>(token: string, claim: () => Promise<T>): Promise<Step<T> | undefined> {
    this.#claiming += 1;
    try {
      return await this.#claim(token, claim);
    } finally {
      this.#claiming -= 1;
    }
  }

  async #claim<T>(token: string, claim: () => Promise<T>): Promise<Step<T> | undefined> {
    const { link, isStopping } = this.#parts;
    for (let tries = 0; !isStopping(); tries++) {
      let again = tries > 0;
      try {
        return await link.run(async (_client, attempt) => {
          again ||= attempt > 1;
          const found = again ? (await this.#afterLoss(undefined, token)).found : undefined;
          return found === undefined ? { answer: await claim() } : { found };
        }, CLAIM_TIMEOUT_MS);
      } catch (error) {
        if (!isTemporary(error)) this.#parts.onError(error);
        await waitUnless(retryDelay(tries), isStopping);
      }
    }
    return undefined;
  }

  /** Records what became of a job, unless its lease is lost. */
  async record<T>(held: HeldJob, move: () => Promise<T>): Promise<Step<T> | undefined> {
    let lostAnswer = false;
    for (let tries = 0; !this.#parts.isOver() && held.end === undefined; tries++) {
      try {
        const answer = await this.#parts.link.run((_client, attempt) => {
          lostAnswer ||= attempt > 1;
          return move();
        }, RECORD_TIMEOUT_MS);
        return { answer };
      } catch (error) {
        if (isLeaseError(error)) {
          const step = await this.#settle<T>(held, lostAnswer);
          if (step !== 'again') return step;
        } else {
          lostAnswer ||= !isRefusal(error);
          this.#parts.onError(error);
        }
        await waitUnless(retryDelay(tries), this.#parts.isOver);
      }
    }
    return undefined;
  }

  /** Renews locks, and aborts what was lost or is to be cancelled. */
  async renew(ids: readonly string[], extend: () => Promise<string[]>): Promise<void> {
    const { link, held, lockDuration, onError } = this.#parts;
    const askedAt = Date.now();
    try {
      const refused = await link.run(extend, Math.min(RECORD_TIMEOUT_MS, lockDuration / 4));
      for (const id of ids) {
        const job = held.get(id);
        if (job === undefined || job.outcome !== undefined) continue;
        if (refused.includes(id) && !(await this.#isHeldStill(job))) this.lose(job);
        else job.renewedAt = askedAt;
      }
      await this.checkCancelled(ids);
    } catch (error) {
      onError(error);
    }
    for (const job of held.all()) {
      if (job.outcome === undefined && Date.now() - job.renewedAt >= lockDuration) this.lose(job);
    }
  }

  /** Asks which jobs somebody wants cancelled: what was published while the connection was away. */
  async checkCancelled(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const { link, scripts, onCancelRequests } = this.#parts;
    const requests = await link.run((client) => scripts.run(client, cancelRequestsScript, ids));
    onCancelRequests(requests as [string, string][]);
  }

  /** Looks whether a lock that ran out may be had back: nobody has taken the job yet. */
  async #isHeldStill(job: HeldJob): Promise<boolean> {
    const { state } = await this.#parts.link.run(() => this.#afterLoss(job, job.token));
    return state === 'held';
  }

  /** Notes that a lease is lost. */
  lose(job: HeldJob): void {
    if (job.end !== undefined) return;
    job.end = 'lost';
    this.#parts.onLost(job);
  }

  /** Decides, after the server said that a lease is not held, what that means. */
  async #settle<T>(held: HeldJob, lostAnswer: boolean): Promise<Step<T> | 'again' | undefined> {
    try {
      const { state, found } = await this.#parts.link.run(() => this.#afterLoss(held, held.token));
      if (state === 'held') return 'again';
      if (state === 'moved' && lostAnswer) return found === undefined ? {} : { found };
    } catch (error) {
      this.#parts.onError(error);
      return 'again';
    }
    this.lose(held);
    return undefined;
  }

  async #afterLoss(
    held: HeldJob | undefined,
    token: string,
  ): Promise<{ readonly state: LossState; readonly found?: unknown[] }> {
    const { link, scripts, lockDuration } = this.#parts;
    const lease = [held?.storedId ?? '', held?.fencingToken ?? 0, held?.hash['stc'] ?? '0'];
    const args = [...lease, token, Math.ceil(lockDuration)];
    const [state, found] = (await scripts.run(link.client, afterLossScript, args)) as [
      LossState,
      unknown[]?,
    ];
    return found === undefined ? { state } : { state, found };
  }
}

/** Makes the error of a lease that is no longer held. */
export function leaseLostError(job: {
  readonly id: string;
  readonly fencingToken: number;
}): JobsError {
  return new JobsError(
    'JOBS_LEASE_LOST',
    `The lease of job \`${job.id}\` was lost; another worker may run it.`,
    { details: { jobId: job.id, fencingToken: job.fencingToken } },
  );
}

/** BullMQ's scripts answer a negative number when the lease is not held. */
function isLeaseError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' && code < 0;
}

function isTemporary(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  return isConnectionLoss(error) || isConnectionLoss(cause);
}

function retryDelay(tries: number): number {
  return Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** tries);
}
