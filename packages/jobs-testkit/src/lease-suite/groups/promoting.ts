import { expect } from 'vitest';
import type { LeaseGroup } from '../lease-group.ts';
import { endedBy } from '../test-holder.ts';

/** The number of jobs due at once; smaller on real time. */
const DUE = { virtual: 50_000, real: 5_000 } as const;
/** How long adding them may take in real time, in milliseconds: none is to be due before all are there. */
const ADDING_MS = 10_000;
/** The number of delayed jobs one call may make ready, with room for engines that count differently. */
const MOST_AT_ONCE = 4_000;

/** Any number of jobs may be due at once. */
export const promoting: LeaseGroup = {
  title: 'many jobs that are due at once',
  tests: (test) => {
    test(
      'makes them ready in slices, and says that there are more',
      async (trial) => {
        const { time } = trial;
        const due = time.isVirtual ? DUE.virtual : DUE.real;
        const holder = await trial.holder();
        const runAt = time.now() + (time.isVirtual ? time.delayMs : ADDING_MS);
        const jobs = Array.from({ length: due }, () => trial.job({ runAt }));
        await trial.add(holder.backend, ...jobs);
        expect((await holder.backend.counts()).delayed).toBe(due);
        await time.jump(runAt - time.now() + time.precisionMs * Number(!time.isVirtual));
        const first = await holder.exchange({ limit: 1 });
        const { delayed } = await holder.backend.counts();
        expect(first.jobs).toHaveLength(1);
        expect(delayed).toBeGreaterThanOrEqual(due - MOST_AT_ONCE);
        let ended = 1;
        for (let answer = first; ended <= due; ) {
          answer = await holder.exchange({ ended: endedBy(answer.jobs), limit: 64 });
          ended += answer.jobs.length;
          if (answer.jobs.length > 0) continue;
          if (answer.nextAt !== answer.now) break;
        }
        expect(await holder.backend.counts()).toMatchObject({ completed: due, delayed: 0 });
      },
      { timeout: 360_000 },
    );
  },
};
