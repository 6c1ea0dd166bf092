import type { IQueue } from '@philjs/jobs-core';
import type { Redactor } from '@philjs/jobs-core/redact';
import type { Reading } from '../monitor/reading.ts';
import { RestedReadings } from '../monitor/rested-readings.ts';
import { type FailureScan, scanFailures } from './scan-failures.ts';

/** How many of the latest failed jobs one scan reads. */
const BUDGET = 2000;
/** How long a scan stays valid while the number of failed jobs does not change, in milliseconds. */
const UNCHANGED_MS = 30_000;
const CHANGED_MS = 2000;

/** Groups the failed jobs of several queues repeatedly, and limits how often it scans them. */
export class FailureWatches {
  readonly #queues: ReadonlyMap<string, IQueue>;
  readonly #redactor: Redactor;
  /** The scans of each redactor, since they are masked. */
  #scans = new WeakMap<Redactor, RestedReadings<FailureScan>>();

  constructor(queues: readonly IQueue[], redactor: Redactor) {
    this.#queues = new Map(queues.map((queue) => [queue.name, queue]));
    this.#redactor = redactor;
  }

  /** Groups the latest 2,000 failed jobs of a queue; `total` is the number of all. */
  async read(
    name: string,
    total: number,
    redactor: Redactor = this.#redactor,
  ): Promise<FailureScan> {
    const queue = this.#queues.get(name);
    if (queue === undefined) return { groups: [], scanned: 0, total };
    const scans = this.#scans.get(redactor) ?? new RestedReadings(queue.clock, this.#queues.size);
    this.#scans.set(redactor, scans);
    if (total === 0) {
      scans.forget(name);
      return { groups: [], scanned: 0, total };
    }
    const scan = await scans.read(
      name,
      () => scanFailures(queue, redactor, { budget: BUDGET, total }),
      (known) => leastMs(known, total),
    );
    return { ...scan, total };
  }

  /** Groups the failed jobs of each queue that answered; leaves out queues that stop answering. */
  async readAll({ readings }: Reading, redactor?: Redactor): Promise<Map<string, FailureScan>> {
    const looks = await Promise.allSettled(
      readings.map(async ({ metrics: { queue, stats } }) => {
        return [queue, await this.read(queue, stats.failed, redactor)] as const;
      }),
    );
    return new Map(looks.filter((look) => look.status === 'fulfilled').map(({ value }) => value));
  }

  /** Forgets all scans, after failed jobs were changed. */
  forget(): void {
    this.#scans = new WeakMap();
  }
}

/** Where there are fewer than before, some were retried or removed, and must no longer be shown. */
function leastMs({ total: before }: FailureScan, total: number): number | undefined {
  if (total < before) return undefined;
  return total === before ? UNCHANGED_MS : CHANGED_MS;
}
