import { expect, test } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import type { DashboardOptions } from '../src/dashboard/dashboard-options.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, get } from './support/request.ts';
import { type VirtualSystem, virtualSystem } from './support/system.ts';

function guarded(options: DashboardOptions): VirtualSystem & { readonly dashboard: Dashboard } {
  const system = virtualSystem();
  const dashboard = createDashboard(new Monitor(system.queue), options);
  return { ...system, dashboard };
}

test.each([
  ['an error', new Error('the session store is away')],
  ['a text', 'no session'],
  ['nothing', undefined],
  ['an object', { status: 302 }],
])('`auth` that throws %s lets nobody in, says what to do and is logged', async (_name, thrown) => {
  const auth = (): never => {
    throw thrown;
  };
  const { dashboard, logger, queue } = guarded({ auth, permissions: PERMISSIONS });
  for (const path of ['/', '/-/jobs', '/-/live/overview', '/metrics']) {
    const response = await get(dashboard, path);
    expect([path, response.status]).toEqual([path, 500]);
    expect(await response.text()).toContain('`auth`');
  }
  expect((await act(dashboard, 'pause', { queue: 'emails' })).status).toBe(500);
  expect(await queue.isPaused()).toBe(false);
  expect(logger.lines.filter((line) => line.includes('`auth`'))).toHaveLength(5);
});

test('a `Response` that `auth` throws is sent, as where it is returned', async () => {
  const login = Response.redirect('http://localhost/login', 302);
  const auth = (): never => {
    throw login;
  };
  const { dashboard } = guarded({ auth });
  const [first, second] = [await get(dashboard, '/'), await get(dashboard, '/')];
  expect([first.status, first.headers.get('location')]).toEqual([302, 'http://localhost/login']);
  expect(second.status).toBe(302);
});

test('the same `Response` with a body answers more than one request', async () => {
  const page = new Response('Sign in first', { status: 401 });
  const { dashboard } = guarded({ auth: () => page });
  for (let time = 0; time < 2; time++) {
    const response = await get(dashboard, '/');
    expect([response.status, await response.text()]).toEqual([401, 'Sign in first']);
  }
});

test('`auth` that never answers is given up after ten seconds', async () => {
  const { clock, dashboard, logger } = guarded({ auth: () => new Promise(() => undefined) });
  const answer = get(dashboard, '/');
  await clock.advance(10_000);
  const response = await answer;
  expect(response.status).toBe(503);
  expect(await response.text()).toContain('`auth`');
  expect(logger.lines.join()).toContain('`auth`');
});

test('a user that is none is logged with what `auth` must return', async () => {
  const { dashboard, logger } = guarded({ auth: () => ({ sub: 'ada' }) as never });
  expect((await get(dashboard, '/')).status).toBe(401);
  expect(logger.lines.join()).toMatch(/`auth`.*`id`, `name` or `email`/);
});

test('`permissions` may be async, and one that fails lets nobody in and is logged', async () => {
  const { dashboard } = guarded({ auth: () => 'ada', permissions: async () => ['read'] });
  expect((await get(dashboard, '/')).status).toBe(200);
  const failing = guarded({ auth: () => 'ada', permissions: () => ['admin' as never] });
  expect((await get(failing.dashboard, '/')).status).toBe(500);
  expect(failing.logger.lines.join()).toContain('permissions');
});

test.each([
  ['x-forwarded-for', '10.1.2.3'],
  ['x-forwarded-host', 'jobs.test'],
  ['forwarded', 'for=10.1.2.3'],
  ['via', '1.1 proxy'],
  ['x-real-ip', '10.1.2.3'],
])("`auth: 'none'` refuses what came through a proxy, by %s", async (name, value) => {
  const { dashboard, queue } = guarded({ auth: 'none', permissions: PERMISSIONS });
  const response = await get(dashboard, '/', { [name]: value });
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('`auth`');
  expect((await act(dashboard, 'pause', { queue: 'emails' }, { [name]: value })).status).toBe(403);
  expect(await queue.isPaused()).toBe(false);
  const asked = guarded({ auth: () => 'ada' });
  expect((await get(asked.dashboard, '/', { [name]: value })).status).toBe(200);
});
