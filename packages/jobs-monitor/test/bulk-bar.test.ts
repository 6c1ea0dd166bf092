import { defineJob } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS, type Permission } from '../src/view/permission.ts';
import { get } from './support/request.ts';
import { virtualSystem } from './support/system.ts';

/** Returns the names of the buttons for all jobs that match, on the list of a queue with jobs in three states. */
async function buttonsOf(
  search: string,
  permissions: readonly Permission[] = PERMISSIONS,
): Promise<{ readonly buttons: readonly string[]; readonly html: string }> {
  const { queue, clock } = virtualSystem();
  await queue.enqueue('work', { fail: 'broken', status: 'paid' }, { jobId: 'failed' });
  await queue.process();
  await clock.advance(1000);
  await queue.stop();
  await queue.enqueue('work', { status: 'paid' }, { jobId: 'waiting' });
  await queue.enqueue('work', { status: 'paid' }, { jobId: 'later', delay: 60_000 });
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none', permissions });
  const html = await (await get(dashboard, `/-/jobs?q=${encodeURIComponent(search)}`)).text();
  const bar = html.slice(html.indexOf('class="bulk'), html.indexOf('<table'));
  const buttons = [...bar.matchAll(/<button[^>]*>([^<]*)</g)].map(([, label = '']) => label);
  return { buttons, html };
}

test.each([
  ['payload.status:paid', ['Retry', 'Acknowledge', 'Run now', 'Cancel', 'Remove']],
  ['"status:paid" OR payload.status:paid', ['Retry', 'Acknowledge', 'Run now', 'Cancel', 'Remove']],
  ['status:failed', ['Retry', 'Acknowledge', 'Remove']],
  ['NOT status:failed', ['Run now', 'Cancel', 'Remove']],
  ['status:waiting', ['Cancel', 'Remove']],
  ['-status:delayed payload.status:paid', ['Retry', 'Acknowledge', 'Cancel', 'Remove']],
  ['status:delayed OR status:failed', ['Retry', 'Acknowledge', 'Run now', 'Cancel', 'Remove']],
])('what %s can match has its actions', async (search, labels) => {
  const { buttons } = await buttonsOf(search);
  expect(buttons.map((button) => labels.find((label) => button.startsWith(label)))).toEqual(labels);
});

test.each([
  ['', undefined, '1 to 50 of 61'],
  ['status:waiting', 'Remove all 60 that match', '1 to 50 of 60'],
  ['name:other', 'Remove all that match', undefined],
  ['name:work', 'Remove all that match', '1 to 50'],
  ['name:work payload.n:>', 'Remove all that match', undefined],
  ['id:later id:nope', 'Remove all that match', undefined],
])('the list for "%s" counts no jobs that may not match', async (search, label, place) => {
  const { queue } = virtualSystem();
  queue.register(defineJob({ name: 'other', handler: () => 1 }));
  await queue.enqueue('other', undefined, { jobId: 'later', delay: 60_000 });
  await queue.enqueueMany(
    Array.from({ length: 60 }, (_, n) => ({ job: 'work', payload: { n: n === 3 ? '>' : n } })),
  );
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none', permissions: PERMISSIONS });
  const html = await (await get(dashboard, `/-/jobs?q=${encodeURIComponent(search)}`)).text();
  expect(/>(Remove all[^<]*)</.exec(html)?.[1]).toBe(label);
  expect(/<p class="scan"><span>([^<]*)</.exec(html)?.[1]).toBe(place);
});

test('rows can be ticked only by those who may change jobs', async () => {
  expect((await buttonsOf('', ['read', 'pause', 'enqueue'])).html).not.toContain('data-row');
  expect((await buttonsOf('', ['read', 'remove'])).html).toContain('data-row');
});
