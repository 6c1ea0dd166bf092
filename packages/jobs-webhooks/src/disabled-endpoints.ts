import { defineJob, type IQueue, type JobDefinition } from '@philjs/jobs-core';
import { MAX_DURATION_MS } from '@philjs/jobs-core/internal';
import { OWN_OPTIONS } from './delivery-job.ts';
import type { Endpoint } from './webhooks-options.ts';

/** The name of the jobs that mark receivers as disabled. */
export const MARK_JOB = 'webhook-disabled';

const KEPT = { age: MAX_DURATION_MS, count: 1000 } as const;

/** Why a receiver was disabled, and where it is. */
interface Mark {
  readonly reason: string;
  readonly origin: string;
}

/**
 * Keeps the disabled receivers for all processes. Each is a job that never becomes due, so it works on every backend
 * and outlives the processes.
 */
export class DisabledEndpoints {
  readonly #target: IQueue;
  readonly #endpoints: readonly Endpoint[];
  readonly #keys = new Set<string>();
  /** The job that marks a receiver. */
  readonly job: JobDefinition<typeof MARK_JOB, Mark> = defineJob({
    ...OWN_OPTIONS,
    // The receiver stays disabled where an operator cancels all that is delayed, whatever the queue keeps by default.
    removeOnCancel: KEPT,
    removeOnFail: KEPT,
    name: MARK_JOB,
    // It runs only when it is made ready by hand; a job that has completed would be removed some day.
    handler: (_: Mark, ctx) => ctx.snooze(MAX_DURATION_MS),
  });

  constructor(target: IQueue, endpoints: readonly Endpoint[]) {
    this.#target = target;
    this.#endpoints = endpoints;
  }

  /** Returns whether a receiver is disabled, as far as this process knows. */
  readonly has = (key: string): boolean => this.#keys.has(key);

  /** Reads which receivers other processes disabled or enabled. */
  async refresh(): Promise<void> {
    for (const { key } of this.#endpoints) {
      const mark = await this.#target.getJob(idOf(key));
      if (mark === undefined) this.#keys.delete(key);
      else this.#keys.add(key);
    }
  }

  /** Disables a receiver, on all processes within seconds. */
  async add({ key, url }: Pick<Endpoint, 'key' | 'url'>, reason: string): Promise<void> {
    this.#keys.add(key);
    const delay = MAX_DURATION_MS;
    await this.#target.enqueue(
      this.job,
      { reason, origin: url.origin },
      { jobId: idOf(key), delay },
    );
  }

  /** Enables a receiver again. */
  async delete(key: string): Promise<boolean> {
    this.#keys.delete(key);
    return this.#target.removeJob(idOf(key));
  }
}

function idOf(key: string): string {
  return `webhook-disabled_${key}`;
}
