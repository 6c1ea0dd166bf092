import type { NewJob, Retention } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';

/** Writes new jobs as the functions of the schema take them. */
export function toNewJobs(jobs: readonly NewJob[]): string {
  return JSON.stringify(jobs.map(toNewJob));
}

/** Returns whether one of the jobs wants a key, or brings what steps left: these are stored one by one. */
export function areKeyed(jobs: readonly NewJob[]): boolean {
  return jobs.some(({ deduplication, steps }) => (deduplication ?? steps) !== undefined);
}

/** Writes a new job as the functions of the schema take it. */
export function toNewJob(job: NewJob): object {
  const { deduplication } = job;
  return {
    id: toText(job.id),
    name: toText(job.name),
    version: job.version,
    priority: job.priority,
    created_at: job.createdAt,
    run_at: job.runAt,
    delay_ms: job.delayMs,
    max_attempts: job.maxAttempts,
    expires_at: job.expiresAt,
    concurrency_key: textOf(job.concurrencyKey),
    rate_key: textOf(job.rateKey),
    parent_id: textOf(job.parentId),
    keep: keepOf(job),
    // The payload is a JSON string within the JSON, so that its escapes arrive unchanged.
    payload: job.payload === undefined ? undefined : JSON.stringify(job.payload),
    metadata: JSON.stringify(job.metadata),
    timeout_ms: job.timeoutMs,
    tags: job.tags,
    fair_key: textOf(job.order?.fairKey),
    weight: job.order?.weight,
    deadline_at: job.order?.deadlineAt,
    blocked: job.dependsOn === undefined ? undefined : true,
    key: textOf(deduplication?.key),
    mode: deduplication?.mode,
    ttl_ms: deduplication?.ttlMs,
    max_wait_ms: deduplication?.maxWaitMs,
    steps: job.steps?.map(({ key, text }) => [key, text]),
  };
}

/** Lists age and count of each way to end, then the totals over all names. */
function keepOf({ keepCompleted, keepFailed, keepCancelled }: NewJob): (number | null)[] {
  const all: readonly Retention[] = [keepCompleted, keepFailed, keepCancelled];
  return [
    ...all.flatMap(({ ageMs, count }) => [ageMs, count]),
    ...all.map(({ total }) => total ?? null),
  ];
}

function textOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : toText(text);
}
