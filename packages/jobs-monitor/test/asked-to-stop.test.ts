import { defineJob } from '@philjs/jobs-core';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { doneText } from '../client/done-text.ts';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { act } from './support/request.ts';
import { keptLogger } from './support/system.ts';

test('cancelling counts apart the jobs that were only asked to stop', async () => {
  const clock = createTestClock();
  const work = defineJob({ name: 'work', handler: () => new Promise<void>(() => undefined) });
  const options = { store: createMemoryStore(), clock, logger: keptLogger() };
  const queue = createQueue({ ...options, name: 'work', jobs: [work], concurrency: 1 });
  onTestFinished(() => queue.close({ timeout: 0 }));
  for (const jobId of ['a', 'b', 'c']) await queue.enqueue(work, undefined, { jobId });
  await queue.enqueue(work, undefined, { jobId: 'last', dependsOn: ['a', 'b'] });
  await queue.process();
  await clock.settle();
  const permissions = ['read', 'cancel'] as const;
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none', permissions });
  const cancel = async (action: string, body: object): Promise<unknown> =>
    (await act(dashboard, action, { queue: 'work', ...body })).json();
  expect(await cancel('cancel', { ids: ['a', 'c'] })).toEqual({ changed: 2, requested: 1 });
  expect(await cancel('cancel', { ids: ['a'] })).toEqual({ changed: 1, requested: 1 });
  const workflow = await cancel('cancel-workflow', { id: 'last' });
  expect(workflow).toEqual({ changed: 3, requested: 1 });
  expect(doneText({ changed: 3, requested: 1 }, 'cancelled')).toBe(
    '2 jobs cancelled, 1 asked to stop',
  );
  expect(doneText({ changed: 1 }, 'removed')).toBe('1 job removed');
});
