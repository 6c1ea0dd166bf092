import { expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { loseJob } from './support/lost-job.ts';
import { get } from './support/request.ts';

test('the page of an active job whose worker is dead says so, and what will happen', async () => {
  const { queue, id } = await loseJob();
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  const page = await (await get(dashboard, `/-/job?queue=emails&id=${id}`)).text();
  expect(page).toContain('Why it is not running');
  expect(page).toMatch(/It is active, but its lease ended 1[23] s ago; no worker holds it\./);
  expect(page).toContain('No worker is alive; start one');
});
