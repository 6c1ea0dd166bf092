import type { NewJob } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import { areKeyed, toNewJob } from './to-new-job.ts';

/** Lists the fields in which jobs that are alike are the same. */
const SHARED = Object.keys({
  ...{ name: 0, version: 0, priority: 0, createdAt: 0, runAt: 0, delayMs: 0, maxAttempts: 0 },
  ...{ expiresAt: 0, timeoutMs: 0, keepCompleted: 0, keepFailed: 0, keepCancelled: 0, metadata: 0 },
  ...{ deduplication: 0, concurrencyKey: 0, rateKey: 0, order: 0, dependsOn: 0, tags: 0 },
  ...{ onDependencyFailure: 0, parentId: 0, steps: 0 },
} satisfies {
  readonly [field in Exclude<keyof NewJob, 'id' | 'payload'>]-?: 0;
}) as (keyof NewJob)[];

/**
 * Writes jobs that differ in nothing but their ids and payloads as the functions of the schema take them: a line each
 * of the ids and of the payloads, and the rest once. Returns `undefined` for others.
 */
export function toAlikeJobs(jobs: readonly NewJob[]): [string, string, string] | undefined {
  const [first] = jobs;
  if (first === undefined || areKeyed([first])) return undefined;
  const ids: string[] = [];
  const payloads: string[] = [];
  for (const job of jobs) {
    if (!SHARED.every((field) => job[field] === first[field])) return undefined;
    ids.push(toText(job.id));
    // JSON has no line breaks, and is never empty.
    payloads.push(job.payload === undefined ? '' : JSON.stringify(job.payload));
  }
  const lines = ids.join('\n');
  if (lines.split('\n').length > ids.length) return undefined;
  const shared = { ...toNewJob(first), id: undefined, payload: undefined };
  return [lines, payloads.join('\n'), JSON.stringify([shared])];
}
