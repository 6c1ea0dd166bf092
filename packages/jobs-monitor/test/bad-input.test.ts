import { describe, expect, test } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { serveDashboard } from '../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, data, get } from './support/request.ts';
import { virtualSystem, withMethods } from './support/system.ts';

function dashboardOf(queue = virtualSystem().queue): Dashboard {
  return createDashboard(new Monitor(queue), { auth: 'none', permissions: PERMISSIONS });
}

describe('parameters', () => {
  test.each([
    '/-/jobs?limit=1000000000',
    '/-/jobs?limit=-1',
    '/-/jobs?limit=abc',
    '/-/jobs?limit=0',
    '/-/jobs?limit=1.5',
    '/-/jobs?scanned=-1',
    '/-/jobs?scanned=abc',
    '/-/jobs?queue=emails&queue=emails',
    '/-/jobs?colour=red',
    '/?queue=emails',
    '/-/job?id=LONG',
    '/-/job',
    '/-/jobs?cursor=nonsense',
    '/-/failures?cursor=%00',
    '/-/metrics?span=1y',
    '/-/metrics?span=constructor',
    '/-/live/jobs?limit=abc',
  ])('%s is refused', async (template) => {
    const path = template.replace('LONG', 'x'.repeat(10_000));
    const { queue, work } = virtualSystem();
    // A cursor is looked at where there is something to go on with.
    await queue.enqueue(work, {});
    await queue.process();
    const { id } = await queue.enqueue(work, { fail: 'no' });
    await queue.waitFor(id).catch(() => undefined);
    expect((await get(dashboardOf(queue), path)).status).toBe(400);
  });

  test.each([
    '/-/job?id=nobody',
    '/-/job?queue=emails&id=%00',
    '/-/job?queue=emails&id=%2e%2e%2f%2e%2e',
    '/-/jobs?queue=nowhere',
    '/-/metrics?queue=nowhere',
    '/-/nowhere',
    '/-/live/nowhere',
    '/-/live/constructor',
    '/-/assets/nowhere.js',
    '/-/assets/..%2fpackage.json',
    '/-/payload?queue=emails&id=nobody',
    '/robots.txt',
  ])('%s is not found', async (path) => {
    expect((await get(dashboardOf(), path)).status).toBe(404);
  });

  test('a page of waiting jobs whose order was changed says so', async () => {
    const { queue, work } = virtualSystem();
    for (let n = 0; n < 3; n += 1) await queue.enqueue(work, {});
    const dashboard = dashboardOf(queue);
    const { cursor } = await data<{ cursor: string }>(dashboard, '/-/jobs?limit=1');
    await queue.setOrder('ageing');
    const answer = await get(dashboard, `/-/jobs?cursor=${encodeURIComponent(cursor)}`);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('first page');
  });

  test('a search that cannot be read says why, where it is read', async () => {
    const response = await get(dashboardOf(), '/-/jobs?q=status%3Alost');
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('role="alert"');
  });
});

describe('bodies', () => {
  test.each([
    ['not JSON', '{', 400],
    ['nothing', '', 400],
    ['an array', '[]', 400],
    ['null', 'null', 400],
    ['a changed prototype', '{"queue":"emails","ids":["1"],"__proto__":{"a":1}}', 400],
    ['a changed constructor', '{"queue":"emails","ids":["1"],"constructor":{"prototype":{}}}', 400],
    ['an unknown field', '{"queue":"emails","ids":["1"],"force":true}', 400],
    ['no ids', '{"queue":"emails","ids":[]}', 400],
    ['too many ids', JSON.stringify({ queue: 'emails', ids: Array(501).fill('1') }), 400],
    ['ids of the wrong kind', '{"queue":"emails","ids":[1]}', 400],
    ['an empty id', '{"queue":"emails","ids":[""]}', 400],
    ['an id that is too long', JSON.stringify({ queue: 'emails', ids: ['x'.repeat(257)] }), 400],
    ['no queue', '{"ids":["1"]}', 400],
    ['another queue', '{"queue":"nowhere","ids":["1"]}', 404],
    ['another job', '{"queue":"emails","ids":["1"]}', 404],
    ['more than 64 KiB', JSON.stringify({ queue: 'emails', ids: ['x'.repeat(70_000)] }), 413],
  ] as const)('with %s are refused', async (...[, body, status]) => {
    expect((await act(dashboardOf(), 'retry', body)).status).toBe(status);
  });

  test('longer than they say are cut off all the same', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(10_000))),
    });
    const request = new Request('http://localhost/-/do/retry', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body,
      duplex: 'half',
    } as RequestInit);
    expect((await dashboardOf().fetch(request)).status).toBe(413);
  });

  test('with a payload nested ever deeper are refused', async () => {
    const { queue, work } = virtualSystem();
    const { id } = await queue.enqueue(work, {});
    const payload = '['.repeat(29_000) + ']'.repeat(29_000);
    for (const action of ['edit', 'update', 'enqueue']) {
      const target = action === 'enqueue' ? { name: 'work' } : { id };
      const response = await act(dashboardOf(queue), action, {
        queue: 'emails',
        ...target,
        payload,
      });
      expect([action, response.status]).toEqual([action, 400]);
    }
  });

  test('for no action there is are not found', async () => {
    for (const action of ['nothing', 'constructor', '__proto__', 'retry/x']) {
      const { status } = await act(dashboardOf(), action, {});
      expect([action, status >= 404 && status <= 405]).toEqual([action, true]);
    }
  });
});

describe('actions that do not fit', () => {
  test('a job that has not failed cannot be retried, one that is active not removed', async () => {
    const { clock, queue, work } = virtualSystem();
    const dashboard = dashboardOf(queue);
    await queue.process();
    const { id } = await queue.enqueue(work, { ms: 60_000 });
    await clock.advance(10);
    const body = { queue: 'emails', ids: [id] };
    for (const action of ['retry', 'remove', 'promote']) {
      expect([action, (await act(dashboard, action, body)).status]).toEqual([action, 409]);
    }
    await clock.advance(60_000);
    expect((await act(dashboard, 'cancel', body)).status).toBe(409);
  });

  test('schedules without a scheduler are not supported', async () => {
    const response = await act(dashboardOf(), 'trigger', { queue: 'emails', id: 'nightly' });
    expect(response.status).toBe(501);
  });

  test('an unforeseen error goes to the log, not to the visitor', async () => {
    const { queue, logger } = virtualSystem();
    const broken = withMethods(queue, {
      getJob: () => Promise.reject(new TypeError('at secret/path')),
    });
    const dashboard = createDashboard(new Monitor(broken), { auth: 'none' });
    const response = await get(dashboard, '/-/job?id=1');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(logger.lines.join()).toContain('secret/path');
  });
});

describe('unknown addresses', () => {
  test.each([
    '/nothing',
    '/jobs',
    '/-/nothing',
    '/-/',
    '/-/job/1',
    '/-/nothing/at/all',
    '/favicon.ico',
  ])('%s are not found', async (path) => {
    const dashboard = createDashboard(new Monitor(virtualSystem().queue), { auth: 'none' });
    expect((await get(dashboard, '/')).status).toBe(200);
    expect((await get(dashboard, path)).status).toBe(404);
  });

  test('are so below each place where it is mounted, and from the first where it is served', async () => {
    const { queue } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
    for (const mount of ['/a/jobs', '/b/jobs/'])
      expect((await get(dashboard, mount)).status).toBe(200);
    for (const path of ['/a/jobs/x', '/b/jobs/x/'])
      expect((await get(dashboard, path)).status).toBe(404);
    for (const mount of ['/a/jobs/', '/b/jobs'])
      expect((await get(dashboard, mount)).status).toBe(200);
    const served = await serveDashboard(new Monitor(queue), { auth: 'none' });
    expect((await fetch(`${served.url}nothing`)).status).toBe(404);
    await served.close();
  });
});
