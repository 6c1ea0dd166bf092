import type { Job } from '@philjs/jobs-core';
import { expect, it } from 'vitest';
import { acting } from '../acting.ts';
import { working } from '../isolating.ts';
import { busiestTurn } from './busiest-turn.ts';

const JOBS = 1000;
/** The acts of a tenth of the jobs, and the code that each fails with. */
const BAD = [
  ['loop', 'JOBS_TIMEOUT'],
  ['hang', 'JOBS_TIMEOUT'],
  ['exit', 'JOBS_HANDLER_EXITED'],
  ['memory', 'JOBS_HANDLER_EXITED'],
] as const;

it.each(['process'] as const)(
  'of 1,000 jobs in a %s, a tenth that loop, hang, exit or run out of memory fail alone, and the worker stays free',
  async (place) => {
    const job = acting({ in: place, memory: 64 });
    const queue = await working(job, {
      concurrency: 4,
      // No lease is lost although handlers burn the processor, and no job may stall.
      lockDuration: 5000,
      maxStalledCount: 0,
    });
    await queue.waitFor(await queue.enqueue(job, { do: 'double', with: 1 }));
    const busiest = busiestTurn();
    const expected = Array.from({ length: JOBS }, (_, n) =>
      n % 10 === 9 ? BAD[((n - 9) / 10) % 4] : undefined,
    );
    const jobs = await queue.enqueueMany(
      expected.map((bad, n) =>
        bad === undefined
          ? { job, payload: { do: 'double', with: n } }
          : {
              job,
              payload: { do: bad[0], with: 3 },
              ...(bad[1] === 'JOBS_TIMEOUT' && { options: { timeout: 1500 } }),
            },
      ),
    );
    await Promise.allSettled(jobs.map(({ id }) => queue.waitFor(id)));
    const ended = (await Promise.all(jobs.map(({ id }) => queue.getJob(id)))) as Job[];
    const told = ended.map(({ result, error }) => error?.code ?? result);
    expect(told).toEqual(expected.map((bad, n) => bad?.[1] ?? n * 2));
    expect(ended.every(({ attemptsMade }) => attemptsMade === 1)).toBe(true);
    expect(busiest.end()).toBeLessThan(100);
  },
);
