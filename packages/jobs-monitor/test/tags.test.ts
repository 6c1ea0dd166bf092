import { expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { JobData } from '../src/pages/job/job-data.ts';
import type { JobsData } from '../src/pages/jobs/jobs-data.ts';
import { data, get } from './support/request.ts';
import { virtualSystem } from './support/system.ts';

const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;

test('pages show the tags and the timeout of a job, tags as links to those that have them', async () => {
  const { queue, work } = virtualSystem();
  const tags = ['billing', 'two words', 'a "b"', '<img>', TOKEN];
  const { id } = await queue.enqueue(work, {}, { tags, timeout: 30_000 });
  await queue.enqueue(work, {}, { tags: ['other'] });
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  const job = await data<JobData>(dashboard, `/-/job?queue=emails&id=${id}`);
  expect(job).toMatchObject({
    timeoutMs: 30_000,
    tags: [...tags.slice(0, 4), expect.stringContaining('redacted')],
  });
  const page = await (await get(dashboard, `/-/job?queue=emails&id=${id}`)).text();
  expect(page).toContain('An attempt may take');
  expect(page).not.toContain(TOKEN);
  expect(page).not.toContain('<img>');
  const links = [...page.matchAll(/class="tag" href="([^"]+)"/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );
  expect(links).toHaveLength(5);
  for (const link of links.slice(0, 4)) {
    const path = link.slice(link.indexOf('/-/'));
    const { jobs } = await data<JobsData>(dashboard, path);
    expect(jobs.map((row) => row.id)).toEqual([id]);
  }
  expect((await data<JobsData>(dashboard, '/-/jobs?q=tag:other')).jobs).toHaveLength(1);
  const secret = `/-/jobs?q=${encodeURIComponent(`tag:${TOKEN}`)}`;
  expect((await data<JobsData>(dashboard, secret)).jobs).toEqual([]);
});
