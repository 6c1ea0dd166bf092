import type { EnqueueItem, Job, JobDefinition } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act } from './support/request.ts';
import { virtualSystem } from './support/system.ts';

/** More than are cancelled at once. */
const MANY = 60;

/** A queue with a worker that fails what waits for a job that is gone, and items each of which waits for the one before. */
async function working() {
  const { queue, work, clock } = virtualSystem();
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none', permissions: PERMISSIONS });
  await queue.process();
  const items: EnqueueItem<JobDefinition>[] = [];
  for (let index = 0; index < MANY; index += 1) {
    const options = index === 0 ? { delay: 86_400_000 } : { dependsOn: items.slice(-1) };
    items.push({ job: work, payload: {}, options });
  }
  return { queue, clock, dashboard, items };
}

test.each(['cancel', 'remove'])(
  '`%s` of a chain, first to last, fails none of its jobs',
  async (action) => {
    const { queue, clock, dashboard, items } = await working();
    const jobs: readonly Job[] = await queue.enqueueMany(items);
    const body = { queue: queue.name, ids: jobs.map(({ id }) => id) };
    expect(await (await act(dashboard, action, body)).json()).toEqual({ changed: MANY });
    await clock.settle();
    const left = action === 'cancel' ? { cancelled: MANY, total: MANY } : { total: 0 };
    expect(await queue.getStats()).toMatchObject(left);
  },
);
