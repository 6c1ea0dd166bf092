import { createQueue } from '@philjs/jobs-memory';
import { createTestClock, drain, expectEnqueued, runJob } from '@philjs/jobs-testkit';
import { describe, expect, it } from 'vitest';
import { defineRenewTrial, type Mailer } from './renew-trial.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Makes a mailer that fails for the first two mails. */
function unreliableMailer(): Mailer {
  let mails = 0;
  return async () => {
    mails += 1;
    if (mails <= 2) throw new Error('421 Try again later');
  };
}

/** Simulates a month with two customers, and checks it. */
async function liveThroughIt(): Promise<void> {
  const clock = createTestClock();
  const renewTrial = defineRenewTrial(unreliableMailer());
  const queue = createQueue({ clock });
  const done: [to: string, after: number][] = [];
  const start = clock.now();
  queue.on('completed', ({ result, at }) => {
    done.push([(result as { mailed: string }).mailed, at.getTime() - start]);
  });
  await queue.process();
  await queue.enqueue(renewTrial, { to: 'ada' }, { delay: 30 * DAY });
  await queue.enqueue(renewTrial, { to: 'bob' }, { delay: 30 * DAY + MINUTE });

  await clock.advance(30 * DAY);
  expect(done).toEqual([]); // Ada’s first attempt failed.
  await clock.advance(1 * SECOND); // The second one failed, too.
  await clock.advance(2 * SECOND);
  expect(done).toEqual([['ada', 30 * DAY + 3 * SECOND]]);

  // Ada’s three attempts used up the hour: Bob’s mail waits for the next one.
  await clock.advance(1 * HOUR);
  expect(done.at(-1)).toEqual(['bob', 30 * DAY + HOUR]);
  await queue.close();
}

describe('renew-trial, with a clock the test turns', () => {
  it('waits 30 days, tries three times, and keeps to three mails an hour', liveThroughIt);

  it('takes less than 50 ms to live through that', async () => {
    const took: number[] = [];
    for (let run = 0; run < 10; run++) {
      const before = process.cpuUsage();
      await liveThroughIt();
      const { user, system } = process.cpuUsage(before);
      took.push((user + system) / 1000);
    }
    // Time of the processor, which no other process takes a part of, and the best of ten: the first runs are compiled.
    expect(Math.min(...took)).toBeLessThan(50);
  });
});

describe('renew-trial, by itself', () => {
  it('mails and logs', async () => {
    const renewTrial = defineRenewTrial(async () => undefined);
    const { result, logs } = await runJob(renewTrial, { to: 'ada' });
    expect(result).toEqual({ mailed: 'ada' });
    expect(logs).toEqual(['mailing ada, attempt 1']);
  });

  it('tries again when the mailer fails, and gives up after three attempts', async () => {
    const renewTrial = defineRenewTrial(async () => {
      throw new Error('421 Try again later');
    });
    const first = await runJob(renewTrial, { to: 'ada' });
    expect([first.outcome, first.error?.message]).toEqual(['retrying', '421 Try again later']);
    const last = await runJob(renewTrial, { to: 'ada' }, { attempt: 3 });
    expect(last.outcome).toBe('failed');
  });
});

describe('a program that enqueues it', () => {
  it('enqueues one for each customer, and all of them run', async () => {
    const clock = createTestClock();
    const renewTrial = defineRenewTrial(async () => undefined);
    const queue = createQueue({ clock });
    for (const to of ['ada', 'bob']) await queue.enqueue(renewTrial, { to }, { delay: 30 * DAY });

    const job = await expectEnqueued(queue, renewTrial, { to: 'bob' });
    expect(job.status).toBe('delayed');
    expect(await drain(queue, { delayed: true })).toMatchObject({ completed: 2, failed: 0 });
    await queue.close();
  });
});
