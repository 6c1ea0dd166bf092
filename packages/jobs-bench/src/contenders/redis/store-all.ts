import { mailPayload } from '../memory/memory-contender.ts';
import type { RedisRun } from './redis-contender.ts';

/** Describes the methods that store jobs. */
export type JobStoring = Pick<RedisRun, 'enqueue' | 'enqueueMany'>;

const BATCH = 1000;

/** Names how jobs are submitted: one after the other, a thousand calls at once, or a thousand jobs per call. */
export type Submission = 'one by one' | '1,000 at once' | '1,000 a call';

/** Stores jobs. Makes a thousand calls at once for contenders that cannot store many jobs in one call. */
export async function storeAll(run: JobStoring, jobs: number, how: Submission): Promise<void> {
  if (how === 'one by one') {
    for (let index = 0; index < jobs; index++) await run.enqueue(mailPayload(index));
    return;
  }
  for (let start = 0; start < jobs; start += BATCH) {
    const length = Math.min(BATCH, jobs - start);
    const payloads = Array.from({ length }, (_, index) => mailPayload(start + index));
    if (how === '1,000 a call' && run.enqueueMany) await run.enqueueMany(payloads);
    else await Promise.all(payloads.map((payload) => run.enqueue(payload)));
  }
}
