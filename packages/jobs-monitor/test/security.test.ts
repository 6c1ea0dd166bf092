import type { Job } from '@philjs/jobs-core';
import { describe, expect, test } from 'vitest';
import { pageScripts } from '../src/assets/page-scripts.ts';
import type { ActionName } from '../src/dashboard/actions/action-name.ts';
import { ACTIONS } from '../src/dashboard/actions/action-table.ts';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import type { DashboardOptions } from '../src/dashboard/dashboard-options.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { NEEDED } from '../src/view/action-button.ts';
import { PAGES } from '../src/view/page-name.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, get } from './support/request.ts';
import { START, type VirtualSystem, virtualSystem, withMethods } from './support/system.ts';

const EVERYTHING = { auth: 'none', permissions: PERMISSIONS } as const;

/** A system with one failed job, and its dashboard. */
async function failing(
  options: DashboardOptions = EVERYTHING,
): Promise<VirtualSystem & { dashboard: Dashboard; job: Job }> {
  const system = virtualSystem();
  const { queue, work, clock } = system;
  await queue.process();
  const job = await queue.enqueue(work, { fail: 'no' });
  await clock.advance(10);
  await queue.stop();
  return { ...system, job, dashboard: createDashboard(new Monitor(queue), options) };
}

const names = Object.keys(ACTIONS) as ActionName[];

/** A complete request for each action; that its job is not found or in the wrong state is fine. */
function bodyOf(action: ActionName, id: string): object {
  const { fields } = ACTIONS[action];
  const all = {
    queue: 'emails',
    ids: [id],
    id,
    search: 'status:failed',
    payload: '{}',
    count: 1,
    from: START - 60_000,
    to: START,
  };
  return Object.fromEntries(Object.entries(all).filter(([field]) => fields.includes(field)));
}

describe('permissions', () => {
  test('are asked for: no visitor gets in because nothing was said', () => {
    const monitor = new Monitor(virtualSystem().queue);
    for (const auth of [undefined, null, true, 'nobody']) {
      expect(() => createDashboard(monitor, { auth } as never)).toThrow(
        expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
      );
    }
    expect(() => createDashboard(monitor, undefined as never)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ field: 'auth' }) }),
    );
  });

  test('are to read only unless more is said', async () => {
    const { dashboard, job } = await failing({ auth: 'none' });
    expect((await get(dashboard, '/')).status).toBe(200);
    for (const action of names) {
      expect([action, (await act(dashboard, action, bodyOf(action, job.id))).status]).toEqual([
        action,
        403,
      ]);
    }
  });

  test.each(names)('%s needs exactly its own', async (action) => {
    for (const permission of PERMISSIONS) {
      const { dashboard, job, queue } = await failing({
        auth: 'none',
        permissions: ['read', permission],
      });
      const { status } = await act(dashboard, action, bodyOf(action, job.id));
      const allowed = permission === NEEDED[action];
      expect([permission, status === 403]).toEqual([permission, !allowed]);
      if (!allowed) expect((await queue.getStats()).failed).toBe(1);
    }
  });

  test('without `read` open nothing', async () => {
    const { dashboard } = await failing({ auth: 'none', permissions: ['retry'] });
    for (const path of ['/', '/-/jobs', '/metrics', '/-/live/overview', '/-/payload']) {
      expect([path, (await get(dashboard, path)).status]).toEqual([path, 403]);
    }
  });

  test('are per user, and a visitor who is no user is refused everywhere', async () => {
    const { dashboard, job } = await failing({
      auth: (request) => request.headers.get('x-user'),
      permissions: (user) => (user === 'ada' ? ['read', 'retry'] : ['read']),
    });
    const paths = [
      '/',
      ...Object.keys(PAGES).map((page) => `/-/${page}`),
      '/metrics',
      '/-/payload',
    ];
    for (const path of [...paths, '/-/live/overview', '/nothing.txt']) {
      expect([path, (await get(dashboard, path)).status]).toEqual([path, 401]);
    }
    const body = { queue: 'emails', ids: [job.id] };
    expect((await act(dashboard, 'retry', body)).status).toBe(401);
    expect((await act(dashboard, 'retry', body, { 'x-user': 'bob' })).status).toBe(403);
    expect((await act(dashboard, 'retry', body, { 'x-user': 'ada' })).status).toBe(200);
  });

  test('may be answered by a redirect to where one signs in', async () => {
    const login = (): Response => Response.redirect('http://login.test/');
    const { dashboard } = await failing({ auth: login });
    const response = await get(dashboard, '/');
    expect([response.status, response.headers.get('location')]).toEqual([
      302,
      'http://login.test/',
    ]);
  });

  test('may be answered by a page to sign in, with a policy of its own', async () => {
    const own = {
      'content-security-policy': "style-src 'unsafe-inline'",
      'cache-control': 'private',
    };
    const { dashboard } = await failing({ auth: () => new Response('<form>', { headers: own }) });
    const { headers } = await get(dashboard, '/');
    expect(Object.fromEntries(headers)).toMatchObject(own);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('may be answered by nothing at all, and to one who takes no compressed text', async () => {
    const headers = { 'content-type': 'text/plain' };
    const nothing = (): Response => new Response(null, { status: 204, headers });
    const { dashboard } = await failing({ auth: nothing });
    expect((await get(dashboard, '/', { 'accept-encoding': 'gzip' })).status).toBe(204);
    const { dashboard: open } = await failing({ auth: 'none' });
    const encoding = async (path: string, accepted: string): Promise<string | null> => {
      const answer = await get(open, path, { 'accept-encoding': accepted });
      return answer.headers.get('content-encoding');
    };
    for (const path of ['/', `/-/assets/${pageScripts[0].name}`]) {
      for (const accepted of ['gzip', 'br;q=1, GZIP ; q=0.5', '*']) {
        expect([path, accepted, await encoding(path, accepted)]).toEqual([path, accepted, 'gzip']);
      }
      for (const refused of ['gzip;q=0', 'identity, gzip; q=0.000', 'x-gzip-2', '']) {
        expect([path, refused, await encoding(path, refused)]).toEqual([path, refused, null]);
      }
    }
  });

  test('hide the buttons of what is not allowed', async () => {
    const { dashboard } = await failing({ auth: 'none', permissions: ['read', 'retry'] });
    const page = await (await get(dashboard, '/-/failures')).text();
    expect(page).toContain('>Retry</button>');
    expect(page).not.toContain('>Remove</button>');
  });
});

describe('requests that change something', () => {
  test.each([
    [{}, 200],
    [{ origin: 'http://localhost' }, 200],
    [{ origin: 'https://localhost' }, 200],
    [{ origin: 'http://evil.test' }, 403],
    [{ origin: 'http://localhost:81' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'none' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://localhost' }, 403],
    [{ 'sec-fetch-site': undefined }, 403],
    [{ 'sec-fetch-site': undefined, origin: 'http://localhost' }, 200],
    [{ 'sec-fetch-site': undefined, origin: 'https://localhost' }, 200],
    [{ 'sec-fetch-site': undefined, origin: 'http://localhost.evil.test' }, 403],
    [{ 'sec-fetch-site': undefined, origin: 'http://localhost:81' }, 403],
    [{ 'sec-fetch-site': undefined, origin: 'null' }, 403],
    [{ 'sec-fetch-site': undefined, referer: 'http://localhost/' }, 403],
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 415],
    [{ 'content-type': undefined }, 415],
    [{ 'content-type': 'application/jsonp' }, 415],
    [{ 'content-type': 'application/json; charset=utf-8' }, 200],
  ])('with %j are answered with %i', async (headers, status) => {
    const { dashboard, job } = await failing();
    const response = await act(dashboard, 'retry', { queue: 'emails', ids: [job.id] }, headers);
    expect(response.status).toBe(status);
  });

  test('answer to the hosts they are for only', async () => {
    const { dashboard } = await failing({ auth: 'none', allowedHosts: ['localhost'] });
    expect((await get(dashboard, '/')).status).toBe(200);
    for (const host of ['evil.test', 'localhost.evil.test', 'localhost@evil.test', '']) {
      const { status } = await get(dashboard, '/', { host });
      expect([host, status >= 400 && status < 404]).toEqual([host, true]);
    }
  });

  test('are no GETs, and other methods are refused', async () => {
    const { dashboard, job, queue } = await failing();
    expect((await get(dashboard, `/-/do/retry?queue=emails&ids=${job.id}`)).status).toBe(404);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'POST']) {
      const request = new Request('http://localhost/-/jobs', { method });
      expect((await dashboard.fetch(request)).status).toBe(405);
    }
    expect((await queue.getStats()).failed).toBe(1);
  });
});

describe('every answer', () => {
  test.each(['/', '/-/jobs', '/-/job?id=nobody', '/nothing.txt', '/metrics', '/-/live/overview'])(
    '%s says what may be done with it',
    async (path) => {
      const { dashboard } = await failing();
      const { headers, body } = await get(dashboard, path);
      await body?.cancel();
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/);
      expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  test('loads nothing from anywhere else, and no script stands in the page', async () => {
    const { dashboard } = await failing();
    const page = await (await get(dashboard, '/-/metrics')).text();
    expect(page).not.toMatch(/(?:src|href)="?(?:https?:)?\/\//);
    expect(page).not.toMatch(/\son\w+=/);
    expect(page).not.toMatch(/\sstyle=/);
    const scripts = [...page.matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => attributes);
    for (const attributes of scripts) expect(attributes).toMatch(/src=|type="application\/json"/);
  });
});

describe('the audit log', () => {
  async function audited(
    action: ActionName,
    body: object,
    options: Partial<DashboardOptions> = {},
  ): Promise<AuditEvent[]> {
    const events: AuditEvent[] = [];
    const { dashboard } = await failing({
      auth: () => ({ id: '7', email: 'ada@example.org' }),
      permissions: PERMISSIONS,
      audit: (event) => events.push(event),
      ...options,
    });
    await act(dashboard, action, body);
    return events;
  }

  test('says who did what, where and to how many', async () => {
    const events = await audited('retry-matching', { queue: 'emails', search: 'status:failed' });
    expect(events).toEqual([
      {
        at: expect.any(Date),
        user: 'ada@example.org',
        action: 'retry-matching',
        queue: 'emails',
        search: 'status:failed',
        changed: 1,
        outcome: 'done',
      },
    ]);
  });

  test('says what was refused, and why', async () => {
    const body = { queue: 'emails', ids: ['nobody'] };
    expect(await audited('retry', body)).toMatchObject([
      { ids: ['nobody'], changed: 0, outcome: 'JOBS_NOT_FOUND' },
    ]);
    const refused = await audited('retry', body, { permissions: ['read'] });
    expect(refused).toMatchObject([{ action: 'retry', outcome: '403' }]);
  });

  test('says why, how and with what note, and masks what was searched for', async () => {
    const cancelled = { queue: 'emails', ids: ['x'], reason: 'by pass=hunter2', force: true };
    expect(await audited('cancel', cancelled)).toMatchObject([
      { reason: 'by pass=[redacted]', force: true },
    ]);
    const paused = { queue: 'emails', id: 'nightly', note: 'until monday' };
    expect(await audited('pause-schedule', paused)).toMatchObject([{ note: 'until monday' }]);
    const filled = { queue: 'emails', id: 'nightly', from: START, to: START + 1000 };
    expect(await audited('backfill', filled)).toMatchObject([
      { span: [new Date(START), new Date(START + 1000)] },
    ]);
    const search =
      'status:failed payload.password:hunter2 "token ghp_0123456789abcdefghij0123456789"';
    const [event] = await audited('retry-matching', { queue: 'emails', search });
    expect(event?.search).toContain('status:failed');
    expect(event?.search).not.toMatch(/hunter2|ghp_0/);
    const own = 'payload.nickname:Bobby -payload.customer.name:"Ada L" metadata.nickname:B OR Bob';
    const [named] = await audited(
      'retry-matching',
      { queue: 'emails', search: own },
      { redact: ['nickname', 'payload.customer.*'] },
    );
    expect(named?.search).toBe(
      'payload.nickname:[redacted] -payload.customer.name:[redacted] metadata.nickname:[redacted] OR Bob',
    );
    // A search that is refused is recorded, too.
    const [mistaken] = await audited(
      'retry-matching',
      { queue: 'emails', search: 'name:send-email nickname:Bobby customer.name:Ada' },
      { redact: ['nickname', 'name', 'payload.customer.*'] },
    );
    expect(mistaken).toMatchObject({
      outcome: 'JOBS_INVALID_ARGUMENT',
      search: 'name:send-email nickname:[redacted] customer.name:[redacted]',
    });
  });

  test('names the jobs that were made', async () => {
    const { dashboard, job, queue } = await failing();
    const events: AuditEvent[] = [];
    const told = createDashboard(new Monitor(queue), {
      ...EVERYTHING,
      audit: (event) => events.push(event),
    });
    await act(told, 'duplicate', { queue: 'emails', ids: [job.id] });
    await act(told, 'edit', { queue: 'emails', id: job.id, payload: '{"fail":"x"}' });
    const ids = (await queue.getJobs({ status: 'waiting' })).jobs.map(({ id }) => id);
    expect(events.flatMap(({ newIds = [] }) => newIds).sort()).toEqual([...ids].sort());
    expect(ids).toHaveLength(2);
    dashboard.close();
  });

  test('says that a payload was opened to be edited', async () => {
    const { queue, job } = await failing();
    const events: AuditEvent[] = [];
    const told = createDashboard(new Monitor(queue), {
      ...EVERYTHING,
      audit: (event) => events.push(event),
    });
    await get(told, `/-/payload?queue=emails&id=${job.id}`);
    expect(events).toMatchObject([{ action: 'edit', ids: [job.id], outcome: 'opened' }]);
  });

  test('says what was really changed when an action failed half-way', async () => {
    const { queue, work } = virtualSystem();
    const items = Array.from({ length: 60 }, (_, index) => ({
      job: work,
      payload: {},
      options: { jobId: `job-${index}` },
    }));
    await queue.enqueueMany(items);
    let calls = 0;
    const breaking = withMethods(queue, {
      cancelJob: (id, options) => {
        calls += 1;
        return calls > 40 ? Promise.reject(new Error('away')) : queue.cancelJob(id, options);
      },
    });
    const events: AuditEvent[] = [];
    const dashboard = createDashboard(new Monitor(breaking), {
      ...EVERYTHING,
      audit: (event) => events.push(event),
    });
    const ids = items.map(({ options }) => options.jobId);
    expect((await act(dashboard, 'cancel', { queue: 'emails', ids })).status).toBe(500);
    expect(events).toMatchObject([{ changed: 40, outcome: 'INTERNAL' }]);
  });

  test('has no line for what only counted', async () => {
    const body = { queue: 'emails', search: 'status:failed', dryRun: true };
    expect(await audited('remove-matching', body)).toEqual([]);
  });

  test('goes to the log when there is no other listener, in one line whatever was sent', async () => {
    const { dashboard, logger } = await failing();
    await act(dashboard, 'retry', { queue: 'emails', ids: ['a\n\u001b[31mb'] });
    const lines = logger.lines.filter((line) => line.includes('Dashboard: retry'));
    expect(lines).toHaveLength(1);
    for (const control of ['\n', '\u001b']) expect(lines[0]).not.toContain(control);
  });

  test.each([
    [
      'throws',
      (): never => {
        throw new Error('disk full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('that %s spoils no action', async (_, audit) => {
    const { dashboard, job, logger } = await failing({ ...EVERYTHING, audit });
    const response = await act(dashboard, 'retry', { queue: 'emails', ids: [job.id] });
    expect(response.status).toBe(200);
    expect(logger.lines).toContainEqual(expect.stringContaining('audit'));
  });
});
