import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Monitor } from '../src/monitor/monitor.ts';
import type { MonitoredScheduler } from '../src/schedules/monitored-scheduler.ts';
import { serveDashboard } from '../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { keptLogger } from './support/system.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Texts that break out of a place that does not escape: an element, an attribute, a script, an address, a text. */
const CORPUS = [
  '<script>globalThis.owned = 1</script>',
  '<img src=x onerror="globalThis.owned = 1">',
  '"><svg onload=globalThis.owned=1>',
  "' onmouseover='globalThis.owned = 1",
  '" autofocus onfocus="globalThis.owned = 1',
  '</script><script>globalThis.owned = 1</script>',
  '</title><script>globalThis.owned = 1</script>',
  '</pre></textarea></style><iframe srcdoc="<script>parent.owned = 1</script>">',
  '<!--<script>globalThis.owned = 1</script>',
  'javascript:globalThis.owned=1',
  '{{constructor.constructor("globalThis.owned = 1")()}}',
  '<base href="//evil.test/"><link rel=stylesheet href=//evil.test/x.css>',
  '<style>@import "//evil.test/y.css"</style>',
  '\u202egnp.exe & &lt;b&gt; &#60;',
];

/** A job that puts a text wherever a job can put one, and fails on request. */
function hostileJob(text: string): JobDefinition<string, { fail: boolean }, unknown> {
  return defineJob({
    // Names of jobs may not turn the direction of a text; everything else may.
    name: text.replaceAll('\u202e', ''),
    attempts: 1,
    handler: async ({ fail }: { fail: boolean }, ctx) => {
      ctx.log(text);
      await ctx.updateProgress({ [text]: text });
      const error = new Error(text, { cause: new AggregateError([new Error(text)], text) });
      error.name = text;
      error.stack = text;
      if (fail) throw error;
      return { [text]: text };
    },
  });
}

/** Counts what should not be: scripts that ran, elements no view draws. */
function intruders(page: Page): Promise<unknown[]> {
  return page.evaluate(() => [
    ...('owned' in globalThis ? ['a script'] : []),
    ...[
      ...document.querySelectorAll(
        'img, iframe, base, style, svg[onload], [onmouseover], [onfocus]',
      ),
    ].map(({ outerHTML }) => outerHTML),
    ...[...document.querySelectorAll('a')]
      .map((link) => new URL(link.getAttribute('href') ?? '', document.baseURI).href)
      .filter((href) => !href.startsWith(location.origin)),
  ]);
}

test('hostile texts stay texts in every place of every page', async () => {
  const [first = '', second = ''] = CORPUS;
  const jobs = CORPUS.map(hostileJob);
  const common = { jobs, store: createMemoryStore(), logger: keptLogger(), concurrency: 20 };
  const queue = createQueue({ name: first, ...common });
  const other = createQueue({ name: second, ...common });
  const scheduler: MonitoredScheduler = {
    getAllScheduledJobs: () =>
      CORPUS.map((text) => ({ id: text, jobName: text, cron: text, paused: true, note: text })),
    getJobHistory: (id = '') => [
      { scheduledJobId: id, scheduledAt: new Date(), status: id, jobId: id, reason: id },
    ],
  };
  const dashboard = await serveDashboard(new Monitor([queue, other], scheduler), {
    auth: 'none',
    permissions: PERMISSIONS,
  });
  onTestFinished(async () => {
    await dashboard.close();
    await Promise.all([queue.close({ timeout: 0 }), other.close({ timeout: 0 })]);
  });
  await queue.process();
  for (const [index, job] of jobs.entries()) {
    const name = CORPUS[index] ?? '';
    const payload = { fail: true, [name]: name };
    await queue.enqueue(job, payload, { jobId: name, metadata: { [name]: name } });
    await queue.enqueue(job, { ...payload, fail: false }, { jobId: `${name} done` });
    await queue.waitFor(name).catch(() => undefined);
    await queue.waitFor(`${name} done`);
  }

  const all = {
    jobId: `${first} all`,
    dependsOn: CORPUS,
    onDependencyFailure: 'continue',
  } as const;
  await queue.enqueue(jobs[0] as (typeof jobs)[0], { fail: false }, all);

  const { page, troubles } = await openPage(browser, dashboard.url);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const pathTo = (name: string, params: Record<string, string>): string =>
    `-/${name}?${new URLSearchParams({ queue: first, ...params })}`;
  const paths = [
    '',
    pathTo('jobs', {}),
    pathTo('failures', {}),
    '-/schedules',
    '-/workers',
    `-/metrics?queue=${encodeURIComponent(first)}`,
    ...CORPUS.map((text) => pathTo('job', { id: text })),
    pathTo('job', { id: `${first} done` }),
    pathTo('workflow', { id: all.jobId }),
    pathTo('workflow', { id: all.jobId, name: first, status: second }),
    pathTo('job', { id: first, of: second, ofQueue: first }),
    pathTo('job', { id: `nobody ${second}` }),
    pathTo('jobs', { q: `nobody ${first}` }),
    pathTo('jobs', { q: `status:${second}` }),
    pathTo('jobs', { queue: second }),
  ];
  for (const path of paths) {
    await page.goto(dashboard.url + path);
    await page.locator('html.script, .error-page').first().waitFor();
    expect([path, await intruders(page)]).toEqual([path, []]);
  }
  const [sample = ''] = CORPUS.slice(5);
  await page.goto(dashboard.url + pathTo('job', { id: sample }));
  expect(await page.locator('h1').textContent()).toContain(sample);
  await page.getByRole('button', { name: /^Run again/ }).click();
  await page.getByRole('dialog').waitFor();
  expect(await page.getByLabel('Payload').inputValue()).toContain(JSON.stringify(sample));
  expect(await intruders(page)).toEqual([]);
  // That nothing ran is not enough: the policy had nothing to stop either.
  expect(troubles.filter((one) => !/status of 404/.test(one))).toEqual([]);
  const outside = requests.filter(
    (url) => !url.startsWith(dashboard.url) && !url.startsWith('data:'),
  );
  expect(outside).toEqual([]);
});
