import { expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { get } from './support/request.ts';
import { START, virtualSystem } from './support/system.ts';

// Zones are added now and then, so a process or a browser may know fewer of them than the one that stored a schedule.
test.each([
  [
    'a scheduler',
    (): never => {
      throw new RangeError('Invalid time zone specified: Mars/Phobos');
    },
  ],
  ['a page', () => [new Date(START)]],
])('a schedule in a zone that %s does not know leaves the others readable', async (_, of) => {
  const { queue } = virtualSystem();
  const schedule = { jobName: 'work', cron: '0 3 * * *' };
  const monitor = new Monitor(queue, {
    getAllScheduledJobs: () => [
      { ...schedule, id: 'far', timezone: 'Mars/Phobos' },
      { ...schedule, id: 'near', timezone: 'Europe/Berlin' },
    ],
    getJobHistory: () => [],
    nextRuns: (id) => (id === 'far' ? of() : [new Date(START)]),
  });
  const dashboard = createDashboard(monitor, { auth: 'none' });
  const response = await get(dashboard, '/-/schedules');
  const page = await response.text();
  expect([response.status, page]).toEqual([200, expect.stringContaining('Mars/Phobos')]);
  expect(page).toContain('11:00 Europe/Berlin');
  expect(page).not.toContain('10:00 Mars/Phobos');
});
