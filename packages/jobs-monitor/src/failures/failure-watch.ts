import type { IQueue } from '@philjs/jobs-core';
import type { Redactor } from '../redact/redactor.ts';
import { type FailureScan, scanFailures } from './scan-failures.ts';

/** How many of the latest failed jobs one scan reads. */
const BUDGET = 2000;
/** How long a scan stays valid while the number of failed jobs does not change, in milliseconds. */
const UNCHANGED_MS = 30_000;
const CHANGED_MS = 2000;
/** Limits scans to a twentieth of the time. */
const REST = 20;

const NOTHING: FailureScan = { groups: [], scanned: 0, total: 0 };

interface Look {
  readonly redactor: Redactor;
  readonly scan: FailureScan;
  readonly at: number;
  /** How long the scan took, in milliseconds. */
  readonly tookMs: number;
}

/** Groups the failed jobs of a queue repeatedly, and limits how often it scans them. */
export class FailureWatch {
  readonly #queue: IQueue;
  #last: Look | undefined;
  #looking: Promise<FailureScan> | undefined;

  constructor(queue: IQueue) {
    this.#queue = queue;
  }

  /** Groups the failed jobs; `total` is their number now. */
  read(total: number, redactor: Redactor): Promise<FailureScan> {
    if (total === 0) {
      this.#last = undefined;
      return Promise.resolve(NOTHING);
    }
    if (this.#last !== undefined && this.#isGood(this.#last, total, redactor)) {
      return Promise.resolve({ ...this.#last.scan, total });
    }
    this.#looking ??= this.#look(total, redactor).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Forgets the last scan, after failed jobs were changed. */
  forget(): void {
    this.#last = undefined;
  }

  #isGood({ redactor: by, scan, at, tookMs }: Look, total: number, redactor: Redactor): boolean {
    // Fewer than before: some were retried or removed, and must no longer be shown.
    if (by !== redactor || total < scan.total) return false;
    const goodMs = total === scan.total ? UNCHANGED_MS : CHANGED_MS;
    return this.#queue.clock.now() - at < Math.max(goodMs, REST * tookMs);
  }

  async #look(total: number, redactor: Redactor): Promise<FailureScan> {
    const started = performance.now();
    const scan = await scanFailures(this.#queue, redactor, { budget: BUDGET, total });
    const tookMs = performance.now() - started;
    this.#last = { redactor, scan, at: this.#queue.clock.now(), tookMs };
    return scan;
  }
}
