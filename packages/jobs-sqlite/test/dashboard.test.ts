import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import { Monitor, serveDashboard } from '@philjs/jobs-monitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

let printerHasPaper = false;
const print = defineJob({
  name: 'print',
  attempts: 1,
  handler: ({ page }: { page: number }, ctx) => {
    ctx.log(`printing page ${page}`);
    if (page === 13 && !printerHasPaper) throw new Error('The printer is out of paper');
    return `page ${page}`;
  },
});

const directory = mkdtempSync(join(tmpdir(), 'jobs-'));
const queue = createQueue({
  name: 'printer',
  jobs: [print],
  path: join(directory, 'jobs.sqlite'),
});
let dashboard: Awaited<ReturnType<typeof serveDashboard>>;

beforeAll(async () => {
  await queue.process();
  await queue.enqueue(print, { page: 1 }, { jobId: 'first' });
  await queue.enqueue(print, { page: 13 }, { jobId: 'unlucky' });
  await queue.enqueue(print, { page: 2 }, { jobId: 'later', delay: 3_600_000 });
  await queue.waitFor('first');
  await queue.waitFor('unlucky').catch(() => undefined);
  dashboard = await serveDashboard(new Monitor(queue), {
    auth: 'none',
    permissions: ['read', 'retry', 'pause'],
    refreshInterval: 250,
  });
});

afterAll(async () => {
  await dashboard?.close();
  await queue.close();
  rmSync(directory, { recursive: true });
});

/** Reads the visible text of a page. */
async function read(path: string): Promise<string> {
  const response = await fetch(new URL(path, dashboard.url));
  expect([path, response.status]).toEqual([path, 200]);
  const page = await response.text();
  const body = /<div id="app">.*(?=<script)/s.exec(page)?.[0] ?? '';
  return body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

/** Requests an action as the dashboard's own pages do. */
function act(action: string, body: object): Promise<Response> {
  return fetch(new URL(`-/do/${action}`, dashboard.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(dashboard.url).origin },
    body: JSON.stringify(body),
  });
}

interface Live {
  readonly data: { readonly queues: readonly [{ readonly stats: Record<string, number> }] };
}

/** Follows a page's stream; resolves with the first state that satisfies a condition. */
async function watch(path: string, isWanted: (state: Live) => boolean): Promise<Live> {
  const { body } = await fetch(new URL(`-/live/${path}`, dashboard.url));
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const events = (text + chunk).split('\n\n');
    text = events.pop() ?? '';
    const states = events.map((event) => JSON.parse(event.replace(/^event: state\ndata: /, '')));
    const wanted = (states as Live[]).find(isWanted);
    if (wanted !== undefined) return wanted; // which also ends the stream
  }
  throw new Error('The stream ended first');
}

describe('the dashboard over SQLite', () => {
  it('counts the jobs of each state, and groups failures', async () => {
    const overview = await read('/');
    expect(overview).toContain('printer');
    expect(overview).toMatch(/The printer is out of paper/);
    const response = await fetch(dashboard.url, { headers: { accept: 'application/json' } });
    expect(await response.json()).toMatchObject({
      data: { queues: [{ stats: { completed: 1, failed: 1, delayed: 1, waiting: 0 } }] },
    });
  });

  it.each([
    ['status:failed', ['unlucky'], ['first', 'later']],
    ['payload.page:2', ['later'], ['first', 'unlucky']],
    ['error:paper', ['unlucky'], ['first', 'later']],
    ['name:print', ['first', 'later', 'unlucky'], []],
  ])('lists what %s finds', async (search, found, missing) => {
    const list = await read(`-/jobs?q=${encodeURIComponent(search)}`);
    for (const id of found) expect(list).toContain(id);
    for (const id of missing) expect(list).not.toContain(id);
  });

  it('shows a job with its payload, error, log, and why it does not run', async () => {
    const failed = await read('-/job?queue=printer&id=unlucky');
    for (const text of ['page', '13', 'The printer is out of paper', 'printing page 13']) {
      expect(failed).toContain(text);
    }
    expect(await read('-/job?queue=printer&id=later')).toMatch(/Why it is not running.*delayed/i);
    expect(await read('-/job?queue=printer&id=first')).toContain('page 1');
  });

  it.each(['-/failures', '-/schedules', '-/workers', '-/metrics'])(
    'has a page %s',
    async (path) => {
      expect(await read(path)).not.toContain('undefined');
    },
  );

  it('answers Prometheus with what the file knows', async () => {
    const metrics = await (await fetch(new URL('metrics', dashboard.url))).text();
    expect(metrics).toMatch(/^philjs_jobs_stored\{queue="printer",status="failed"\} 1$/m);
  });

  it('retries a failed job, and shows that live to those who look on', async () => {
    const seen = watch('overview', ({ data }) => data.queues[0].stats['completed'] === 2);
    printerHasPaper = true;
    const answer = await act('retry', { queue: 'printer', ids: ['unlucky'] });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      expect.objectContaining({ changed: 1 }),
    ]);
    expect((await seen).data.queues[0].stats).toMatchObject({ failed: 0, completed: 2 });
    expect(await queue.getJob('unlucky')).toMatchObject({ result: 'page 13' });
  });

  it('says what conflicts, and what was not allowed', async () => {
    const again = await act('retry', { queue: 'printer', ids: ['unlucky'] });
    expect(again.status).toBe(409);
    expect((await act('remove', { queue: 'printer', ids: ['first'] })).status).toBe(403);
    expect(await queue.getJob('first')).toMatchObject({ status: 'completed' });
  });

  it('pauses the queue for all processes of the machine', async () => {
    expect((await act('pause', { queue: 'printer' })).status).toBe(200);
    expect(await queue.isPaused()).toBe(true);
    expect((await act('resume', { queue: 'printer' })).status).toBe(200);
    expect(await queue.isPaused()).toBe(false);
  });
});
