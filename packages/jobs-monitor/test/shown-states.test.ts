import { expect, test } from 'vitest';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act } from './support/request.ts';
import { type VirtualSystem, virtualSystem } from './support/system.ts';

interface System extends VirtualSystem {
  readonly dashboard: Dashboard;
  readonly audited: AuditEvent[];
}

/** A system with two failed, two cancelled, two delayed, two waiting and two completed jobs, and no worker. */
async function crowded(): Promise<System> {
  const system = virtualSystem();
  const { queue, work, clock } = system;
  const add = (id: string, payload: object, delay = 0): Promise<unknown> =>
    queue.enqueue(work, payload, { jobId: id, delay });
  for (const each of ['a', 'b']) {
    await add(`failed-${each}`, { fail: 'broken' });
    await add(`completed-${each}`, {});
    await add(`delayed-${each}`, {}, 3_600_000);
    await add(`cancelled-${each}`, {}, 3_600_000);
    await queue.cancelJob(`cancelled-${each}`);
  }
  await queue.process();
  await clock.advance(5000);
  await queue.stop();
  for (const each of ['a', 'b']) await add(`waiting-${each}`, {});
  const audited: AuditEvent[] = [];
  const dashboard = createDashboard(new Monitor(queue), {
    auth: 'none',
    permissions: PERMISSIONS,
    audit: (event) => void audited.push(event),
  });
  return { ...system, dashboard, audited };
}

/** Asks for an action; returns the status of the answer and how many jobs were changed. */
async function ask(dashboard: Dashboard, action: string, body: object): Promise<unknown> {
  const response = await act(dashboard, action, { queue: 'emails', ...body });
  const { changed } = (await response.json()) as { changed?: number };
  return changed ?? response.status;
}

const both = (state: string): readonly string[] => [`${state}-a`, `${state}-b`];

test.each([
  ['retry', 'failed', 'cancelled'],
  ['remove', 'failed', 'waiting'],
  ['remove', 'completed', 'failed'],
  ['cancel', 'waiting', 'delayed'],
  ['promote', 'waiting', 'delayed'],
])('%s leaves alone what was shown %s and is %s by now', async (action, status, now) => {
  const { dashboard, queue } = await crowded();
  const ids = both(now);
  expect(await ask(dashboard, action, { ids, status })).toBe(0);
  expect(await ask(dashboard, action, { ids: ids.slice(0, 1), status })).toBe(409);
  for (const id of ids) expect(await queue.getJob(id)).toMatchObject({ status: now });
});

test.each([
  ['retry', 'failed'],
  ['retry', 'cancelled'],
  ['remove', 'failed'],
  ['remove', 'waiting'],
  ['cancel', 'waiting'],
  ['cancel', 'delayed'],
  ['promote', 'delayed'],
])('%s changes what is %s as it was shown, many and one', async (action, status) => {
  const { dashboard, audited } = await crowded();
  expect(await ask(dashboard, action, { ids: both(status), status })).toBe(2);
  expect(audited).toMatchObject([{ action, status, changed: 2, outcome: 'done' }]);
  const other = await crowded();
  expect(await ask(other.dashboard, action, { ids: [`${status}-a`], status })).toBe(1);
});

test('a state that there is not is refused', async () => {
  const { dashboard, audited } = await crowded();
  for (const status of ['broken', 5, ['failed'], null]) {
    expect(await ask(dashboard, 'remove', { ids: both('failed'), status })).toBe(400);
  }
  expect(audited.every((event) => event.status === undefined)).toBe(true);
});
