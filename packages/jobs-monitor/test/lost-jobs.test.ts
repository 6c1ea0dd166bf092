import { expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { WorkersData } from '../src/pages/workers/workers-data.ts';
import { loseJob } from './support/lost-job.ts';
import { data, get } from './support/request.ts';

test('the page of an active job whose worker is dead says so, and what will happen', async () => {
  const { queue, id } = await loseJob();
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  const page = await (await get(dashboard, `/-/job?queue=emails&id=${id}`)).text();
  expect(page).toContain('Why it is not running');
  expect(page).toMatch(/It is active, but its lease ended 1[23] s ago; no worker holds it\./);
  expect(page).toContain('No worker is alive; start one');
});

test('a job whose worker is dead is critical, and its worker is not alive', async () => {
  const { clock, queue } = await loseJob();
  const monitor = new Monitor(queue);
  const message = 'no worker holds 1 active job of `emails`, or takes it back';
  const { status, problems } = await monitor.getHealth();
  expect(status).toBe('critical');
  expect(problems).toMatchObject([
    { kind: 'no-workers', severity: 'critical', message: '`emails` has no workers' },
    { kind: 'abandoned', severity: 'critical', message, count: 1 },
  ]);
  const dashboard = createDashboard(monitor, { auth: 'none' });
  const { without } = await data<WorkersData>(dashboard, '/-/workers');
  expect(without).toEqual(['emails']);
  const overview = await (await get(dashboard, '/')).text();
  expect(overview).toContain('q=status%3Aactive');
  await queue.process();
  await clock.advance(1_000);
  expect((await monitor.getHealth()).problems).toMatchObject([
    { kind: 'stalled', severity: 'warning' },
  ]);
});
