import { KEPT_ANSWERS, type Lease } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { LeaseGroup } from '../lease-group.ts';
import type { LeaseTrial } from '../lease-trial.ts';
import { endedBy, leaseOf, type TestHolder } from '../test-holder.ts';

const JOBS = 300;

/** Everything happens at the same time, and no call waits for ever for another. */
export const contendingForLeases: LeaseGroup = {
  title: 'contention',
  tests: (test) => {
    test('answers as many calls of a holder at once as a worker makes', async (trial) => {
      const holder = await trial.holder();
      const [ended, wanted] = [4 * KEPT_ANSWERS, 10 * KEPT_ANSWERS];
      await trial.held(holder, ...Array.from({ length: ended }, (_, index) => `held-${index}`));
      await trial.add(holder.backend, ...Array.from({ length: wanted }, () => trial.job()));
      const calls = Array.from({ length: KEPT_ANSWERS }, (_, index) =>
        holder.call({ ended: endedBy(holder.jobs.slice(4 * index, 4 * index + 4)), limit: 10 }),
      );
      const answers = await Promise.all(calls.map((call) => holder.make(call)));
      expect(answers.flatMap(({ refused }) => refused)).toEqual([]);
      const handed = answers.flatMap(({ jobs }) => jobs.map(({ id }) => id));
      expect([handed.length, new Set(handed).size]).toEqual([wanted, wanted]);
      expect(await holder.backend.counts()).toMatchObject({ completed: ended, active: wanted });
      // All of their answers may have been lost.
      const again = await Promise.all(calls.map((call) => holder.make(call)));
      expect(again.flatMap(({ jobs }) => jobs.map(({ id }) => id))).toEqual(handed);
      expect(await holder.backend.counts()).toMatchObject({ completed: ended, active: wanted });
    });

    test('records what ends while it is being renewed', async (trial) => {
      const holder = await trial.holder();
      await trial.held(holder, ...Array.from({ length: 30 }, (_, index) => `job-${index}`));
      const leases = holder.jobs.map(leaseOf);
      const [answer] = await Promise.all([
        holder.exchange({ ended: endedBy(leases) }),
        holder.extend([...leases].reverse()),
        holder.extend(leases),
      ]);
      expect(answer.refused).toEqual([]);
      expect((await holder.backend.counts()).completed).toBe(30);
    });

    test(
      'hands each job to one holder while all of them end, renew and are administered',
      async (trial) => {
        const holders = await Promise.all(Array.from({ length: 4 }, () => trial.holder()));
        const { backend } = holders[0] as TestHolder;
        const ids = Array.from({ length: JOBS }, (_, index) => `job-${index}`);
        await trial.add(backend, ...trial.jobs(...ids));
        const tokens = new Set<string>();
        await Promise.all([
          ...holders.map((holder, index) => work(holder, tokens, index)),
          administer(trial, ids),
        ]);
        for (const holder of holders) await work(holder, tokens, 0);
        const counts = await backend.counts();
        expect(counts).toMatchObject({ waiting: 0, active: 0, delayed: 0 });
        expect(counts.completed + counts.cancelled).toBeGreaterThan(0);
      },
      { timeout: 360_000 },
    );
  },
};

/** Takes, renews and ends jobs in batches until there are none, its leases in an order of its own. */
async function work(holder: TestHolder, tokens: Set<string>, index: number): Promise<void> {
  let held: readonly Lease[] = [];
  for (let idle = 0; idle < 3; ) {
    const ordered = index % 2 === 0 ? held : [...held].reverse();
    const [answer] = await Promise.all([
      holder.exchange({ ended: endedBy(ordered), limit: 10 + index }),
      holder.extend([...ordered].reverse()),
    ]);
    for (const { id, fencingToken } of answer.jobs) {
      const start = `${id} ${fencingToken}`;
      expect(tokens.has(start)).toBe(false);
      tokens.add(start);
    }
    held = answer.jobs.map(leaseOf);
    idle = held.length === 0 ? idle + 1 : 0;
  }
}

async function administer(trial: LeaseTrial, ids: readonly string[]): Promise<void> {
  const backend = await trial.open();
  const error = { name: 'JobsError', message: 'cancelled', code: 'JOBS_CANCELLED' as const };
  for (let at = 0; at < ids.length; at += 30) {
    const some = ids.slice(at, at + 30);
    await Promise.all([
      backend.remove({ ids: some.slice(0, 5) }),
      backend.retry({ ids: [...some].reverse() }),
      backend.promote({ ids: some }),
      ...some.slice(10, 15).map((id) => backend.cancel({ id, error })),
      backend.add({ jobs: trial.jobs(...some.slice(5, 15)) }),
      backend.counts(),
    ]);
  }
}
