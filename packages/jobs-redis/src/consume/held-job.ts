import type { Lease, Outcome } from '@philjs/jobs-core';
import type { JobHash } from '../record/job-hash.ts';
import type { StoredOptions } from '../record/job-options.ts';

/** A job this worker holds. */
export interface HeldJob extends Lease {
  /** Its id as it is stored. */
  readonly storedId: string;
  /** Its name. */
  readonly name: string;
  /** The token of BullMQ's lock. */
  readonly token: string;
  /** What it was at the claim. */
  readonly hash: JobHash;
  readonly options: StoredOptions;
  /** When its lock was last known to be renewed, in epoch milliseconds. */
  renewedAt: number;
  /** The limit of its name, if it may hold a slot under one; 0 when only the server knows it. */
  limit: number | undefined;
  /** Whether what ends its lease also claims the next job. */
  fetchesNext: boolean;
  /** `lost`: somebody else may run it. `given-back`: it waits again. */
  end: 'lost' | 'given-back' | undefined;
  /** Ends its run here, whatever its handler does, while there is one. */
  release: (() => void) | undefined;
  /** What core decided, once it has. */
  outcome: Outcome | undefined;
}

/** The jobs a worker holds, by the id they are stored under. */
export class HeldJobs {
  readonly #held = new Map<string, HeldJob>();
  readonly #idle = new Set<() => void>();

  /** How many there are. */
  get size(): number {
    return this.#held.size;
  }

  /** Lists them. */
  all(): HeldJob[] {
    return [...this.#held.values()];
  }

  /** Finds one. */
  get(storedId: string): HeldJob | undefined {
    return this.#held.get(storedId);
  }

  /** Adds one. */
  add(job: HeldJob): void {
    this.#held.set(job.storedId, job);
  }

  /** Forgets one. */
  delete(job: HeldJob): void {
    if (this.#held.get(job.storedId) !== job) return;
    this.#held.delete(job.storedId);
    if (this.#held.size === 0) for (const tell of this.#idle) tell();
  }

  /** Resolves when none is left, or after `timeoutMs`. */
  untilIdle(timeoutMs: number): Promise<void> {
    if (this.#held.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#idle.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#idle.add(done);
    });
  }
}
