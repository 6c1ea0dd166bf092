import type { IQueue } from '@philjs/jobs-core';
import type { Reading } from '../monitor/reading.ts';
import type { Redactor } from '../redact/redactor.ts';
import { FailureWatch } from './failure-watch.ts';
import type { FailureScan } from './scan-failures.ts';

/** Groups the failed jobs of several queues, each by a watch of its own. */
export class FailureWatches {
  readonly #watches: ReadonlyMap<string, FailureWatch>;
  readonly #redactor: Redactor;

  constructor(queues: readonly IQueue[], redactor: Redactor) {
    this.#watches = new Map(queues.map((queue) => [queue.name, new FailureWatch(queue)]));
    this.#redactor = redactor;
  }

  /** Groups the latest 2,000 failed jobs of a queue; `total` is the number of all. */
  async read(
    queue: string,
    total: number,
    redactor: Redactor = this.#redactor,
  ): Promise<FailureScan> {
    const scan = await this.#watches.get(queue)?.read(total, redactor);
    return scan ?? { groups: [], scanned: 0, total };
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
    for (const watch of this.#watches.values()) watch.forget();
  }
}
