import { defineJob, type Job } from '@philjs/jobs-core';
import { createQueues } from '@philjs/jobs-memory';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { DeadLettersData } from '../src/pages/dead-letters/dead-letters-data.ts';
import type { JobData } from '../src/pages/job/job-data.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, data, get } from './support/request.ts';
import { keptLogger, START } from './support/system.ts';

/** Read from a field of a payload that is masked, by a job that fails. No pattern finds them. */
const SECRET = 'correct-horse-battery-staple';
const STREET = 'Evergreen Terrace';

const login = defineJob({
  name: 'login',
  queue: 'work',
  attempts: 1,
  deadLetter: 'dead',
  handler: ({ password, street }: { readonly password: string; readonly street: string }) => {
    throw Object.assign(
      new Error(`${password} of ${street} refused`, { cause: new Error(password) }),
      {
        tried: { as: password },
      },
    );
  },
});
const report = defineJob({ name: 'report', queue: 'work', handler: () => 'made' });
const publish = defineJob({ name: 'publish', queue: 'work', handler: () => 'done' });
/** Runs in any case, and says wherever it can why it has nothing to do. */
const collect = defineJob({
  name: 'collect',
  queue: 'work',
  attempts: 2,
  backoff: { type: 'fixed', delay: 60_000 },
  deadLetter: 'dead',
  handler: async (_: undefined, ctx) => {
    try {
      return (await ctx.dependencies()).resultOf(login);
    } catch (error) {
      const { message } = error as Error;
      ctx.log(`nothing to collect: ${message}`);
      await ctx.updateProgress({ stopped: message });
      throw new Error(`nothing to collect: ${message}`, { cause: error });
    }
  },
});

interface Trial {
  readonly clock: TestClock;
  readonly monitor: Monitor;
  readonly dashboard: Dashboard;
  readonly jobs: readonly Job<unknown, unknown>[];
  /** Reads a page as HTML and as JSON, and a job's page also as the live stream sends it. */
  read(path: string): Promise<string>;
}

/** Starts a job that fails with a secret, and others that wait for it in each way. */
async function trial(): Promise<Trial> {
  const clock = createTestClock(START);
  const jobs = [login, report, publish, collect];
  const queues = createQueues({ work: {}, dead: {} }, { jobs, clock, logger: keptLogger() });
  onTestFinished(async () => {
    const closed = queues.close({ timeout: 0 });
    await clock.advance(10_000);
    await closed;
  });
  const first = await queues.enqueue(login, { password: SECRET, street: STREET });
  const next = await queues.enqueue(report, undefined, { dependsOn: [first] });
  const last = await queues.enqueue(publish, undefined, { dependsOn: [next] });
  const anyway = { dependsOn: [first], onDependencyFailure: 'continue' } as const;
  const other = await queues.enqueue(collect, undefined, anyway);
  await queues.process({ queues: ['work'] });
  await clock.advance(5000);
  const monitor = new Monitor(queues.all, undefined, { redact: ['payload.street'] });
  const dashboard = createDashboard(monitor, {
    auth: 'none',
    permissions: PERMISSIONS,
    redact: ['payload.street'],
  });
  onTestFinished(() => dashboard.close());
  const read = async (path: string): Promise<string> => {
    const page = await (await get(dashboard, path)).text();
    const json = await (await get(dashboard, path, { accept: 'application/json' })).text();
    if (!path.startsWith('/-/job?')) return page + json;
    const live = await get(dashboard, path.replace('/-/job', '/-/live/job'));
    const reader = live.body?.getReader();
    const sent = new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    return page + json + sent;
  };
  return { clock, monitor, dashboard, jobs: [first, next, last, other], read };
}

test('a secret of a job that failed is on no page of those that waited for it', async () => {
  const { clock, monitor, dashboard, jobs, read } = await trial();
  const stored = await Promise.all(jobs.map(({ id }) => monitor.getQueue('work').getJob(id)));
  for (const job of stored) expect(job?.error?.message).toContain(SECRET);
  const own = jobs.map(({ id }) => `/-/job?queue=work&id=${id}`);
  const waiting = await read(own.at(-1) ?? '');
  expect(waiting).toContain('attempt 2 of 2 is at');
  await clock.advance(120_000);
  const { groups } = await data<DeadLettersData>(dashboard, '/-/dead-letters');
  expect(groups.map(({ name }) => name).toSorted()).toEqual(['collect', 'login']);
  const paths = [
    ...['/', '/-/jobs', '/-/jobs?q=status%3Afailed', '/-/failures', '/-/dead-letters'],
    ...['/-/jobs?queue=dead', '/-/jobs?q=metadata.x%3Ay', '/-/metrics', '/-/workers'],
    ...own,
    ...jobs.map(({ id }) => `/-/workflow?queue=work&id=${id}`),
    ...groups.map(({ sampleId }) => `/-/job?queue=dead&id=${sampleId}`),
  ];
  const answers = new Map([
    ['its page while it waits', waiting],
    ['health', JSON.stringify(await monitor.getHealth())],
    ['one page for all', await monitor.generateDashboard()],
  ]);
  for (const path of paths) answers.set(path, await read(path));
  for (const secret of [SECRET, STREET]) {
    const leaks = [...answers].filter(([, answer]) => answer.includes(secret));
    expect(leaks.map(([path]) => path)).toEqual([]);
  }
  for (const guess of [SECRET, `error:"${SECRET}"`, STREET]) {
    const found = await data<{ jobs: unknown[] }>(
      dashboard,
      `/-/jobs?q=${encodeURIComponent(guess)}`,
    );
    expect(found.jobs).toEqual([]);
  }
});

test('such a page says which job failed, leads there, and is complete once revealed', async () => {
  const { dashboard, jobs } = await trial();
  const [first, next, last] = jobs.map(({ id }) => id);
  for (const [id, before] of [
    [next, first],
    [last, next],
  ]) {
    const path = `/-/job?queue=work&id=${id}`;
    const { attempts } = await data<JobData>(dashboard, path);
    expect(attempts[0]?.error).toMatchObject({
      code: 'JOBS_DEPENDENCY_FAILED',
      message: expect.stringMatching(/^A job it waited for, .* failed.*: \[redacted\]/),
      details: { dependency: { queueName: 'work', id: before } },
    });
    expect(attempts[0]?.error).not.toHaveProperty('cause');
    const page = await (await get(dashboard, path)).text();
    expect(page).toContain(`href="../-/job?queue=work&amp;id=${before}"`);
    const revealed = await act(dashboard, 'reveal', { queue: 'work', id });
    expect(await revealed.text()).toContain(SECRET);
  }
});
