import { type IQueue, isJobsError, type Job } from '@philjs/jobs-core';
import { OWN_JOBS } from './capture-middleware.ts';
import type { EventIntake } from './event-intake.ts';
import { eventId, eventOf } from './webhook-event.ts';

/** How far back a sweep looks beyond the one before it: clocks differ, and outcomes are recorded late. */
const OVERLAP_MS = 60_000;
/** How far back the first sweep looks. */
const LOOK_BACK_MS = 3_600_000;
const PAGE = 200;
const REMEMBERED = 50_000;

/**
 * Finds failed and cancelled jobs that no run reported: their worker died, or they were cancelled before they started.
 */
export class FailureSweep {
  readonly #intake: EventIntake;
  readonly #sources: readonly IQueue[];
  readonly #reported = new Set<string>();
  #since: number | undefined;

  constructor(intake: EventIntake, sources: readonly IQueue[]) {
    this.#intake = intake;
    this.#sources = sources;
  }

  /** Reports the jobs that ended since the last sweep. */
  async sweep(): Promise<void> {
    const [first] = this.#sources;
    const now = first?.clock.now() ?? 0;
    const since = this.#since ?? now - LOOK_BACK_MS;
    for (const source of this.#sources) {
      await this.#of(source, 'failed', since)
        .then(() => this.#of(source, 'cancelled', since))
        .catch((error: unknown) => {
          // The other queues go on.
          if (!isJobsError(error, 'JOBS_QUEUE_CLOSED')) throw error;
        });
    }
    this.#since = now - OVERLAP_MS;
  }

  async #of(source: IQueue, status: 'failed' | 'cancelled', since: number): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await source.getJobs({ status, limit: PAGE, cursor });
      const recent = page.jobs.filter((job) => (job.finishedAt?.getTime() ?? 0) >= since);
      for (const job of recent) await this.#report(source.name, job);
      if (recent.length < page.jobs.length) return;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  async #report(queueName: string, job: Job): Promise<void> {
    const event = OWN_JOBS.has(job.name) ? undefined : eventOf(queueName, job);
    if (event === undefined || !this.#intake.wants(event.type, job.name)) return;
    const id = eventId(event);
    if (this.#reported.has(id)) return;
    await this.#intake.publish(event);
    this.#remember(id);
  }

  #remember(id: string): void {
    this.#reported.add(id);
    const [oldest] = this.#reported;
    if (this.#reported.size > REMEMBERED && oldest !== undefined) this.#reported.delete(oldest);
  }
}
