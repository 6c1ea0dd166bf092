import { defineJob } from '../src/job/define-job.ts';
import { DEAD_LETTER, type StoredLetter } from '../src/run/dead-letter.ts';
import { TestClock } from './test-clock.ts';
import { testQueue } from './test-queue.ts';

const FOREVER = 10 ** 12;

/** Makes a queue that keeps letters of jobs of another one, whose handler fails for the given payloads. */
export function lettersQueues() {
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
  const payments = testQueue({ name: 'payments', jobs: [charge], concurrency: 5, clock });
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
    const keep = { age: FOREVER, count: 1000 };
    await dead.backend.add({
      jobs: [
        {
          ...{ id: `letter-${cents}`, name: DEAD_LETTER, payload: { ...stored }, version: 1 },
          ...{ priority: 0, createdAt: now, runAt: now + FOREVER, maxAttempts: 1, metadata: {} },
          ...{ keepCompleted: keep, keepFailed: keep, keepCancelled: keep },
        },
      ],
    } as never);
  };
  return { clock, bad, payments: payments.queue, dead: dead.queue, letter };
}
