import { defineJob } from '../src/job/define-job.ts';
import type { EnqueueMiddleware } from '../src/queue/enqueue-middleware.ts';
import type { StoredLetter } from '../src/run/dead-letter.ts';
import { storeLetter } from './store-letter.ts';
import { TestClock } from './test-clock.ts';
import { testQueue } from './test-queue.ts';

/**
 * Makes a queue that keeps letters of jobs of another one, whose handler fails for the given payloads, with middleware
 * around its `enqueue`.
 */
export function lettersQueues(enqueueMiddleware: readonly EnqueueMiddleware[] = []) {
  const clock = new TestClock();
  const bad = new Set<number>();
  const charge = defineJob({
    name: 'charge',
    attempts: 1,
    handler: async ({ cents }: { cents: number }) => {
      if (bad.has(cents)) throw new Error('declined');
      return cents;
    },
  });
  const payments = testQueue({
    ...{ name: 'payments', jobs: [charge], concurrency: 5, clock },
    enqueueMiddleware,
  });
  const dead = testQueue({ name: 'dead', clock });
  const letter = async (cents: number, fields: Partial<StoredLetter> = {}): Promise<void> => {
    const now = clock.now();
    const stored: StoredLetter = {
      ...{ queue: 'payments', jobId: `job-${cents}`, name: 'charge', payload: { cents } },
      ...{ version: 1, priority: 2, maxAttempts: 1, metadata: { of: 'shop' }, attemptsMade: 1 },
      ...{ createdAt: now, runAt: now, startedAt: now, failedAt: now + cents },
      ...{
        error: { name: 'Error', message: 'declined' },
        failures: [],
        fingerprint: 'charge|Error',
      },
      ...fields,
    };
    await storeLetter(dead.backend, `letter-${cents}`, stored, now);
  };
  return { clock, bad, payments: payments.queue, dead: dead.queue, letter };
}
