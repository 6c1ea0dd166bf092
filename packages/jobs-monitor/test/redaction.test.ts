import { defineJob } from '@philjs/jobs-core';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, get } from './support/request.ts';
import { keptLogger, START } from './support/system.ts';

/** Planted in a field of the payload, and from there wherever a careless handler lets it go. */
const SECRET = 'correct-horse-battery-staple';

test('a planted secret appears in no page, no answer, no event and no log', async () => {
  const clock = createTestClock(START);
  const logger = keptLogger();
  const login = defineJob({
    name: 'login',
    attempts: 2,
    backoff: { type: 'fixed', delay: 1000 },
    handler: async ({ password, succeed }: { password: string; succeed?: boolean }, ctx) => {
      ctx.log(`trying ${password}`);
      await ctx.updateProgress({ step: 'login', tried: password });
      if (succeed) return { echo: password };
      throw new Error(`login with ${password} refused`, { cause: new Error(`bad: ${password}`) });
    },
  });
  const store = createMemoryStore();
  const queue = createQueue({ name: 'default', jobs: [login], clock, logger, store });
  onTestFinished(async () => {
    const closed = queue.close({ timeout: 0 });
    await clock.advance(10_000);
    await closed;
  });
  const failed = await queue.enqueue(
    login,
    { password: SECRET },
    { metadata: { via: SECRET, secret: SECRET } },
  );
  const done = await queue.enqueue(login, { password: SECRET, succeed: true });
  await queue.process();
  await clock.advance(5000);
  expect((await queue.getJob(failed.id))?.error?.message).toContain(SECRET);
  expect(JSON.stringify((await queue.getJob(done.id))?.result)).toContain(SECRET);

  const monitor = new Monitor(queue, {
    getAllScheduledJobs: () => [
      {
        id: 'nightly',
        jobName: 'login',
        paused: true,
        note: `moved, password=${SECRET}`,
        description: `logs in with password=${SECRET}`,
      },
    ],
    getJobHistory: () =>
      [failed.id, failed.id, 'removed'].map((jobId, index) => ({
        scheduledJobId: 'nightly',
        scheduledAt: new Date(START - index * 60_000),
        status: 'failed',
        jobId,
        error: `Error: login with ${SECRET} refused`,
      })),
  });
  const dashboard = createDashboard(monitor, { auth: 'none', permissions: PERMISSIONS });
  const answers: string[] = [];
  const keep = async (response: Response): Promise<void> => {
    answers.push(await response.text());
  };
  const json = { accept: 'application/json' };
  const paths = [
    '/',
    '/metrics',
    '/-/jobs',
    '/-/jobs?q=status%3Afailed',
    `/-/jobs?q=payload.password%3A${SECRET.slice(0, 4)}`,
    `/-/job?id=${failed.id}`,
    `/-/job?id=${done.id}`,
    `/-/payload?queue=default&id=${failed.id}`,
    '/-/failures',
    '/-/schedules',
    '/-/workers',
    '/-/metrics',
  ];
  for (const path of paths) {
    await keep(await get(dashboard, path));
    await keep(await get(dashboard, path, json));
  }
  const live = (await get(dashboard, `/-/live/job?id=${failed.id}`)).body?.getReader();
  answers.push(new TextDecoder().decode((await live?.read())?.value));
  await live?.cancel();
  const target = { queue: 'default', id: failed.id };
  await keep(await act(dashboard, 'edit', { ...target, payload: '{"password":"[redacted]"}' }));
  await keep(await act(dashboard, 'retry', { queue: 'default', ids: [done.id] }));
  answers.push(await monitor.generateDashboard(), await monitor.exportMetrics());
  answers.push(logger.lines.filter((line) => line.includes('Dashboard')).join('\n'));

  expect(answers.join('\n')).toContain('[redacted]');
  for (const answer of answers) expect(answer).not.toContain(SECRET);
  const schedules = await (await get(dashboard, '/-/schedules')).text();
  expect(schedules).toContain('failed (Error: login with [redacted] refused)');
  expect(schedules).toContain('moved, password=[redacted]');
  expect(schedules).toContain('logs in with password=[redacted]');

  // Nor does counting what a search finds, in the metadata neither, nor by asking for the opposite.
  const counted = async (search: string): Promise<number> => {
    const body = { queue: 'default', search, dryRun: true };
    const response = await act(dashboard, 'remove-matching', body);
    return ((await response.json()) as { matched: number }).matched;
  };
  for (const field of ['payload.password', 'metadata.secret']) {
    for (const guess of [SECRET, 'wrong']) {
      expect([guess, await counted(`${field}:${guess}`)]).toEqual([guess, 0]);
      expect([guess, await counted(`NOT ${field}:${guess}`)]).toEqual([guess, 2]);
    }
  }

  // A search tells nothing either: no guess at the secret finds the job, right or wrong.
  for (const guess of [`payload.password:${SECRET}`, SECRET, `error:"${SECRET}"`]) {
    const response = await get(dashboard, `/-/jobs?q=${encodeURIComponent(guess)}`, json);
    expect(((await response.json()) as { data: { jobs: [] } }).data.jobs).toEqual([]);
  }
});

test('what people wrote about a schedule shows nothing that is hidden of its payload and metadata', async () => {
  const queue = createQueue({ name: 'default', logger: keptLogger() });
  onTestFinished(() => queue.close());
  const monitor = new Monitor(queue, {
    getAllScheduledJobs: () => [
      {
        ...{ id: 'nightly', jobName: 'login', paused: true, payload: { account: SECRET } },
        options: { enqueueOptions: { metadata: { pin: 'open sesame' } } },
        note: `not ${SECRET}`,
        description: `asks with open sesame for ${SECRET}`,
      },
    ],
    getJobHistory: () => [],
  });
  const dashboard = createDashboard(monitor, { auth: 'none', redact: ['account'] });
  for (const path of ['/', '/-/schedules', '/-/schedules?q=asks']) {
    for (const accept of ['text/html', 'application/json']) {
      const text = await (await get(dashboard, path, { accept })).text();
      expect([path, accept, /correct-horse|sesame/.exec(text)]).toEqual([path, accept, null]);
    }
  }
  const page = await (await get(dashboard, '/-/schedules')).text();
  expect(page).toContain('not [redacted]');
  expect(page).toContain('asks with [redacted] for [redacted]');
  const guess = await (await get(dashboard, '/-/schedules?q=correct-horse')).text();
  expect(guess).not.toContain('nightly');
});
