import { describe, expect, test } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import type { DashboardOptions } from '../src/dashboard/dashboard-options.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { createTokenGate } from '../src/serve/token-gate.ts';
import type { Permission } from '../src/view/permission.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, get } from './support/request.ts';
import { virtualSystem } from './support/system.ts';

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function open(dashboard: Dashboard, page = 'overview', headers = {}): Promise<Reader> {
  const response = await get(dashboard, `/-/live/${page}`, headers);
  expect(response.status).toBe(200);
  return response.body?.getReader() as Reader;
}

/** Reads a stream until it ends; a page that is open sends something every two seconds. */
async function ended(reader: Reader): Promise<true> {
  while (!(await reader.read()).done);
  return true;
}

describe('who is let in', () => {
  test.each([
    ...[false, true, '', 0, Number.NaN, 1, undefined, null, () => 'ada', Symbol('ada')],
    ...[{}, [], ['ada'], new Map([['name', 'ada']]), { name: '' }, { sub: 'ada' }],
  ])('is not %o', async (user) => {
    const { queue } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), {
      auth: () => user as never,
      permissions: PERMISSIONS,
    });
    for (const path of ['/', '/-/jobs', '/-/live/overview', '/metrics']) {
      expect((await get(dashboard, path)).status).toBe(401);
    }
    expect((await act(dashboard, 'pause', { queue: 'emails' })).status).toBe(401);
    expect(await queue.isPaused()).toBe(false);
  });

  test.each(['ada', { name: 'ada' }, { id: '7' }, { email: 'ada@example.org', role: 'ops' }])(
    'is %j',
    async (user) => {
      const dashboard = createDashboard(new Monitor(virtualSystem().queue), { auth: () => user });
      expect((await get(dashboard, '/')).status).toBe(200);
    },
  );
});

describe('an open page', () => {
  test('ends within 30 s of its reader being signed out', async () => {
    const { clock, queue } = virtualSystem();
    let user: string | null = 'ada';
    const dashboard = createDashboard(new Monitor(queue), { auth: () => user });
    const reader = await open(dashboard);
    await reader.read();
    user = null;
    const end = ended(reader);
    await clock.advance(30_000);
    expect(await end).toBe(true);
    dashboard.close();
  });

  test('ends when permissions change and the host says so, and only where they changed', async () => {
    const { queue } = virtualSystem();
    const can: { [user: string]: readonly Permission[] } = {
      ada: ['read', 'retry'],
      bob: ['read'],
    };
    const dashboard = createDashboard(new Monitor(queue), {
      auth: (request) => request.headers.get('x-user'),
      permissions: (user) => can[user ?? ''] ?? [],
    });
    const ada = await open(dashboard, 'overview', { 'x-user': 'ada' });
    const bob = await open(dashboard, 'overview', { 'x-user': 'bob' });
    await ada.read();
    can['ada'] = ['read'];
    await dashboard.recheck();
    expect(await ended(ada)).toBe(true);
    const other = await Promise.race([
      ended(bob),
      new Promise((resolve) => setTimeout(resolve, 20)),
    ]);
    expect(other).toBeUndefined();
    dashboard.close();
  });

  test('ends when it is not found out in time who looks, and keeps no other open', async () => {
    const { clock, queue } = virtualSystem();
    let hangs = false;
    let isBobIn = true;
    const dashboard = createDashboard(new Monitor(queue), {
      auth: (request) => {
        const user = request.headers.get('x-user');
        if (user === 'bob') return isBobIn ? user : null;
        return hangs ? new Promise(() => undefined) : user;
      },
    });
    const ada = await open(dashboard, 'overview', { 'x-user': 'ada' });
    const bob = await open(dashboard, 'overview', { 'x-user': 'bob' });
    await ada.read();
    const ends = Promise.all([ended(ada), ended(bob)]);
    hangs = true;
    await clock.advance(31_000);
    isBobIn = false;
    await clock.advance(60_000);
    expect(await ends).toEqual([true, true]);
    dashboard.close();
  });

  test('ends when it cannot be found out who looks', async () => {
    const { queue } = virtualSystem();
    let isAway = false;
    const dashboard = createDashboard(new Monitor(queue), {
      auth: () => (isAway ? Promise.reject(new Error('session store away')) : 'ada'),
    });
    const reader = await open(dashboard);
    await reader.read();
    isAway = true;
    await dashboard.recheck();
    expect(await ended(reader)).toBe(true);
  });

  test('of one reader leaves some for the others', async () => {
    const { queue } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), {
      auth: (request) => request.headers.get('x-user'),
    });
    const openAs = async (user: string, index: number): Promise<number> => {
      const path = `/-/live/jobs?q=name%3Ajob-${index}`;
      return (await get(dashboard, path, { 'x-user': user })).status;
    };
    const statuses: number[] = [];
    for (let index = 0; index < 220; index += 1) statuses.push(await openAs('ada', index));
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(100);
    for (let index = 300; index < 310; index += 1) expect(await openAs('bob', index)).toBe(200);
    dashboard.close();
  });

  test('is not opened by what only asks whether its address answers', async () => {
    const { queue } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: () => 'ada' });
    for (let index = 0; index < 60; index += 1) {
      const request = new Request('http://localhost/-/live/overview', { method: 'HEAD' });
      const { status, headers } = await dashboard.fetch(request);
      expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    }
    await open(dashboard);
    dashboard.close();
  });
});

describe('names', () => {
  test.each(['evil.test', 'localhost.evil.test', '192.0.2.7', 'jobs.test'])(
    '%s leads nowhere where visitors are not asked who they are',
    async (host) => {
      const dashboard = createDashboard(new Monitor(virtualSystem().queue), { auth: 'none' });
      expect((await get(dashboard, '/', { host })).status).toBe(403);
    },
  );

  test.each(['localhost', 'localhost:3000', '127.0.0.1:8080', '[::1]:80'])(
    '%s are this machine',
    async (host) => {
      const dashboard = createDashboard(new Monitor(virtualSystem().queue), { auth: 'none' });
      expect((await get(dashboard, '/', { host })).status).toBe(200);
    },
  );

  test.each([
    ['none', 'empty', 200],
    ['same-origin', 'empty', 200],
    ['cross-site', 'document', 200],
    ['cross-site', 'image', 403],
    ['cross-site', 'empty', 403],
    ['cross-site', 'iframe', 403],
    ['same-site', 'script', 403],
    ['cross-site', '', 403],
  ])('are no way in for a page of another site: %s, for %s', async (site, dest, status) => {
    const { queue } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
    const headers = { 'sec-fetch-site': site, 'sec-fetch-dest': dest };
    for (const path of ['/', '/-/jobs?q=anything', '/-/live/overview', '/metrics']) {
      const response = await get(dashboard, path, headers);
      await response.body?.cancel();
      expect([path, response.status]).toEqual([path, status]);
    }
    // Where visitors are asked who they are, the host decides who may read.
    const asked = createDashboard(new Monitor(queue), { auth: () => 'ada' });
    expect((await get(asked, '/', headers)).status).toBe(200);
  });

  test('that are allowed are let in besides', async () => {
    const { queue } = virtualSystem();
    const options = { auth: 'none', allowedHosts: ['jobs.test'] } as const;
    const dashboard = createDashboard(new Monitor(queue), options);
    expect((await get(dashboard, '/', { host: 'jobs.test' })).status).toBe(200);
    expect((await get(dashboard, '/', { host: 'localhost' })).status).toBe(200);
  });

  test('that a proxy rewrote get a message with what to set', async () => {
    const { queue } = virtualSystem();
    const permissions = PERMISSIONS;
    const plain = createDashboard(new Monitor(queue), { auth: () => 'ada', permissions });
    const rewritten = {
      host: '10.0.0.7:3000',
      origin: 'http://jobs.test',
      'sec-fetch-site': undefined,
    };
    const refused = await act(plain, 'pause', { queue: 'emails' }, rewritten);
    expect(refused.status).toBe(403);
    const { error } = (await refused.json()) as { error: { message: string } };
    expect(error.message).toMatch(/proxy_set_header Host \$host/);
    expect(error.message).toMatch(/`jobs\.test` to `allowedHosts`/);
    const told = createDashboard(new Monitor(queue), {
      auth: () => 'ada',
      permissions,
      allowedHosts: ['jobs.test'],
    });
    expect((await get(told, '/', { host: '10.0.0.7:3000' })).status).toBe(200);
    expect((await act(told, 'pause', { queue: 'emails' }, rewritten)).status).toBe(200);
    const onPort = { ...rewritten, origin: 'https://jobs.test:8443' };
    expect((await act(told, 'pause', { queue: 'emails' }, onPort)).status).toBe(200);
    const evil = { ...rewritten, origin: 'http://evil.test' };
    expect((await act(told, 'pause', { queue: 'emails' }, evil)).status).toBe(403);
    const unknown = await get(told, '/', { host: 'evil.test' });
    expect(await unknown.text()).toMatch(/`evil\.test`.*allowedHosts/s);
    for (const host of ['upstream', '10.0.0.7:3000', 'jobs.internal']) {
      expect((await get(told, '/', { host })).status).toBe(200);
    }
  });
});

test('a proxy that rewrites Host lets in visitors who are known, and no network', async () => {
  const { queue } = virtualSystem();
  const rewritten = { host: 'localhost:3000', origin: 'http://jobs.test' };
  const answer = (options: DashboardOptions): Promise<Response> => {
    const all = { permissions: PERMISSIONS, ...options };
    const dashboard = createDashboard(new Monitor(queue), all);
    return act(dashboard, 'pause', { queue: 'emails' }, rewritten);
  };
  const refused = await answer({ auth: 'none' });
  expect([refused.status, await refused.text()]).toEqual([
    403,
    expect.stringMatching(/`jobs\.test`.*`localhost:3000`.*`allowedHosts`/),
  ]);
  expect((await answer({ auth: 'none', allowedHosts: ['jobs.test'] })).status).toBe(200);
  expect((await answer({ auth: () => 'ada' })).status).toBe(200);
});

test('what only looks whether the address with the token answers does not use it up', async () => {
  const gate = createTokenGate();
  const url = `http://localhost/?token=${gate.token}`;
  for (const method of ['HEAD', 'OPTIONS', 'POST']) {
    const response = await gate.auth(new Request(url, { method }));
    expect((response as Response).headers.get('set-cookie')).toBeNull();
  }
  expect(((await gate.auth(new Request(url))) as Response).status).toBe(303);
  expect(await gate.auth(new Request(url))).toBeNull();
});
