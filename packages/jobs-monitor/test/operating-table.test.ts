import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { defineJob, Queue } from '@philjs/jobs-core';
import { Scheduler } from '@philjs/jobs-scheduler';
import { expect, test } from 'vitest';
import { ACTIONS } from '../src/dashboard/actions/action-table.ts';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { NEEDED } from '../src/view/action-button.ts';
import { get } from './support/request.ts';
import { START, virtualSystem } from './support/system.ts';

const document = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
// The table of what people do has five columns; the others of the document have not.
const table = [
  ...document.matchAll(/^\| ([^|\n]+) \|([^|\n]+)\|([^|\n]+)\|([^|\n]+)\|([^|\n]+)\|$/gm),
]
  .map(([, what = '', ...cells]) => [what, ...cells.map((cell) => cell.trim())] as const)
  .filter(([what]) => !/^(?:What|-+)$/.test(what));
const inCode = /^`([^`]+)`$/;
const isView = (page = ''): boolean => page.startsWith('`/');
const OF: { readonly [name: string]: object } = {
  queue: Queue.prototype,
  monitor: Monitor.prototype,
  scheduler: Scheduler.prototype,
};

test('the table of what people do leaves no cell empty', () => {
  expect(table.length).toBeGreaterThan(25);
  for (const [what, ...cells] of table) {
    for (const cell of cells) expect([what, cell]).toEqual([what, expect.stringMatching(inCode)]);
  }
});

test('the table of what people do names every action of the page, and its permission', () => {
  const actions = table.filter(([, , , page]) => !isView(page));
  const listed = Object.fromEntries(
    actions.map(([, , , page, permission]) => [page?.slice(1, -1), permission?.slice(1, -1)]),
  );
  expect(listed).toEqual(NEEDED);
  expect(Object.keys(listed).sort()).toEqual(Object.keys(ACTIONS).sort());
});

test('every action of the page has a control on some page', () => {
  const pages = new URL('../src/pages/', import.meta.url);
  const sources = readdirSync(pages, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<!\.test)\.ts$/.test(path))
    .map((path) => readFileSync(new URL(path, pages), 'utf8'));
  const offered = sources.flatMap((text) => [...text.matchAll(/\bdo: '([a-z-]+)'/g)]);
  const names = new Set(offered.map(([, name = '']) => name));
  expect(Object.keys(ACTIONS).filter((name) => !names.has(name))).toEqual([]);
});

test.each(table.map(([, call]) => call ?? ''))('%s can be called', (call) => {
  const [object = '', method = ''] = call.slice(1, -1).split('.');
  expect(OF[object]).toHaveProperty(method, expect.any(Function));
});

/** The text that the page of a row must show of the system below. */
const SHOWN: { readonly [what: string]: string } = {
  'See what needs attention': 'Nothing needs you',
  'See the counts of queues': 'data-label="Completed"><a',
  'List and search jobs': 'id=one',
  'See a job': '>noted',
  'Read the log of a job': 'connecting',
  'List and search schedules': 'nightly</bdi>',
  'See the next runs of a schedule': 'Next 2 runs',
  'See the workers now alive, and what they run': `${hostname()}</b> <span class="id">${process.pid}`,
  'See dead letters by cause': 'No dead letters.',
  'See a workflow': '1 of 1 have ended',
  'See a schedule': 'nightly</bdi>',
  'See what became of its ticks': 'skipped (overlap)',
};

const noted = defineJob({ name: 'noted', handler: (_, { log }) => log('connecting') });

test.each(table.filter(([, , , page]) => isView(page)))(
  '%s: the page of it shows that',
  async (what, _call, _command, page = '', permission) => {
    const { queue, clock } = virtualSystem();
    queue.register(noted);
    await queue.process();
    await queue.enqueue(noted, undefined, { jobId: 'one' });
    await clock.settle();
    const monitor = new Monitor(queue, {
      getAllScheduledJobs: () => [{ id: 'nightly', jobName: 'work', cron: '0 2 * * *' }],
      nextRuns: () => [new Date(START + 60_000), new Date(START + 120_000)],
      getJobHistory: () => [
        {
          scheduledJobId: 'nightly',
          scheduledAt: new Date(START),
          status: 'skipped',
          reason: 'overlap',
        },
      ],
    });
    const dashboard = createDashboard(monitor, { auth: 'none', permissions: ['read'] });
    expect(permission).toBe('`read`');
    const isOfOne = page === '`/-/job`' || page === '`/-/workflow`';
    const query = isOfOne ? '?queue=emails&id=one' : '';
    const response = await get(dashboard, page.slice(1, -1) + query);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(SHOWN[what] ?? `nothing expected of "${what}"`);
    dashboard.close();
  },
);
