import { mailPayload } from '../memory/memory-contender.ts';
import type { RedisRun } from './redis-contender.ts';

/** Describes the methods that store jobs. */
export type JobStoring = Pick<RedisRun, 'enqueue' | 'enqueueMany'>;

const BATCH = 1000;
const CALLERS = { 'one by one': 1, '16 callers': 16 };

/** Names how jobs are submitted: by callers that await each job, a thousand calls at once, or a thousand jobs per call. */
export type Submission = keyof typeof CALLERS | '1,000 at once' | '1,000 a call';

/** Stores jobs. Makes a thousand calls at once for contenders that cannot store many jobs in one call. */
export async function storeAll(run: JobStoring, jobs: number, how: Submission): Promise<void> {
  if (how === 'one by one' || how === '16 callers') {
    let stored = 0;
    const caller = async (): Promise<void> => {
      while (stored < jobs) await run.enqueue(mailPayload(stored++));
    };
    await Promise.all(Array.from({ length: CALLERS[how] }, caller));
    return;
  }
  for (let start = 0; start < jobs; start += BATCH) {
    const length = Math.min(BATCH, jobs - start);
    const payloads = Array.from({ length }, (_, index) => mailPayload(start + index));
    if (how === '1,000 a call' && run.enqueueMany) await run.enqueueMany(payloads);
    else await Promise.all(payloads.map((payload) => run.enqueue(payload)));
  }
}
