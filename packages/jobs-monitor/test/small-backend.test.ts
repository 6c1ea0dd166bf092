import { createQueue, defineJob } from '@philjs/jobs-core';
import { type Backend, defineCapabilities } from '@philjs/jobs-core/backend';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, get } from './support/request.ts';
import { keptLogger, START } from './support/system.ts';

/** The methods every backend has; whatever else one has is optional. */
const REQUIRED = [
  'open',
  'close',
  'add',
  'consume',
  'setProgress',
  'get',
  'list',
  'counts',
  'remove',
  'retry',
  'promote',
  'cancel',
  'clear',
  'setPaused',
  'isPaused',
] as const;

/** A backend with none of the optional parts: no events, metrics, logs, workers, schedules. */
function bare(backend: Backend): Backend {
  const methods = REQUIRED.map((name) => [name, (backend[name] as () => unknown).bind(backend)]);
  const capabilities = defineCapabilities({ virtualTime: true });
  return { name: 'bare', capabilities, ...Object.fromEntries(methods) };
}

test('the dashboard works over a backend that has only what every backend must have', async () => {
  const clock = createTestClock(START);
  const store = createMemoryStore();
  const fragile = defineJob({
    name: 'fragile',
    attempts: 1,
    handler: (): string => {
      throw new Error('broken');
    },
  });
  const queue = createQueue({
    jobs: [fragile],
    clock,
    logger: keptLogger(),
    backend: (context) => bare(memoryBackend({ store })(context)),
  });
  onTestFinished(async () => {
    const closed = queue.close({ timeout: 0 });
    await clock.advance(10_000);
    await closed;
  });
  await queue.process();
  const { id } = await queue.enqueue(fragile, null as never);
  await clock.advance(1000);
  await queue.stop();
  const monitor = new Monitor(queue);
  const dashboard = createDashboard(monitor, { auth: 'none', permissions: PERMISSIONS });
  const paths = [
    '/',
    '/-/jobs',
    `/-/job?id=${id}`,
    '/-/failures',
    '/-/schedules',
    '/-/workers',
    '/-/metrics',
  ];
  for (const path of paths) {
    const response = await get(dashboard, path);
    expect([path, response.status]).toEqual([path, 200]);
  }
  expect(await (await get(dashboard, '/-/metrics')).text()).toContain('keeps no metrics');
  expect(await (await get(dashboard, '/-/workers')).text()).toContain('does not list its workers');
  expect(await (await get(dashboard, '/metrics')).text()).toContain('philjs_jobs_up');
  const body = { queue: 'default', ids: [id] };
  expect((await act(dashboard, 'retry', body)).status).toBe(200);
  expect(await monitor.getMetrics()).toMatchObject({ waitingJobs: 1, completed: 0, throughput: 0 });
  expect((await monitor.getMetrics()).queues[0]).toMatchObject({ measured: false });
  expect((await monitor.getHealth()).status).toBe('healthy');
});

test('the overview stands alone as one document, without script, links or secrets', async () => {
  const clock = createTestClock(START);
  const login = defineJob({
    name: 'login',
    attempts: 1,
    handler: ({ password }: { password: string }): string => {
      throw new Error(`refused ${password}`);
    },
  });
  const store = createMemoryStore();
  const queue = createQueue({
    jobs: [login],
    clock,
    logger: keptLogger(),
    backend: memoryBackend({ store }),
  });
  onTestFinished(async () => {
    const closed = queue.close({ timeout: 0 });
    await clock.advance(10_000);
    await closed;
  });
  await queue.process();
  await queue.enqueue(login, { password: 'hunter2hunter2' });
  await clock.advance(1000);
  const document = await new Monitor(queue).generateDashboard();
  expect(document).toMatch(/^<!doctype html>/);
  expect(document).toContain('login');
  expect(document).not.toContain('hunter2hunter2');
  expect(document).not.toMatch(/<script|<link|<button|\shref=|\ssrc=|\son\w+=/);
  expect(document).toContain("default-src 'none'");
});
