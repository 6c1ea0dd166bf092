import { expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { JobData } from '../src/pages/job/job-data.ts';
import type { JobsData } from '../src/pages/jobs/jobs-data.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, data, get } from './support/request.ts';
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

test('a tag with a hidden value in it is not found, and not told by what was counted', async () => {
  const { queue, work } = virtualSystem();
  const payload: object = { password: 'hunter2', to: 'Ada' };
  await queue.enqueue(work, payload, { tags: ['plain', 'by hunter2'] });
  await queue.enqueue(work, payload, { tags: ['plain'] });
  const options = { auth: 'none', permissions: PERMISSIONS } as const;
  const dashboard = createDashboard(new Monitor(queue), options);
  const countsOf = async (tag: string, more: string): Promise<unknown> => {
    const search = `tag:"${tag}" ${more}`;
    const path = `/-/jobs?q=${encodeURIComponent(search)}`;
    const { jobs, scanned, total } = await data<JobsData>(dashboard, path);
    const body = { queue: 'emails', search, dryRun: true };
    const counted = (await (await act(dashboard, 'remove-matching', body)).json()) as object;
    return { rows: jobs.length, scanned, total, counted };
  };
  for (const more of ['', 'payload.to:Ada', 'payload.to:Bob', 'NOT payload.to:Bob']) {
    expect(await countsOf('by hunter2', more)).toEqual(await countsOf('by hunter3', more));
  }
  expect(await countsOf('plain', '')).toMatchObject({ rows: 2, scanned: 2 });
  expect(await countsOf('plain', 'payload.to:Bob')).toMatchObject({ rows: 0, scanned: 2 });
});

test('a job is found by its tag however long its payload is, with other terms too', async () => {
  const { queue, work } = virtualSystem();
  const tags = [
    'billing',
    ...Array.from({ length: 19 }, (_, index) => `${index} ${'t'.repeat(90)}`),
  ];
  for (const [count, length] of [
    [400, 10],
    [300, 400],
  ] as const) {
    const lines = Array.from({ length: count }, () => 'x'.repeat(length));
    const payload: object = { lines, fail: 'Ada' };
    await queue.enqueue(work, payload, { tags });
  }
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  for (const search of ['tag:billing', 'tag:billing NOT payload.fail:Bob', 'NOT tag:other']) {
    const { jobs } = await data<JobsData>(dashboard, `/-/jobs?q=${encodeURIComponent(search)}`);
    expect([search, jobs.map((row) => row.tags)]).toEqual([search, [tags, tags]]);
  }
});
