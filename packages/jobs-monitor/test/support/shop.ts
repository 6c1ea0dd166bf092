import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { abortableDelay } from '@philjs/jobs-core/internal';
import { createMemoryStore, createQueue, type InMemoryQueue } from '@philjs/jobs-memory';
import { onTestFinished } from 'vitest';
import type { DashboardOptions } from '../../src/dashboard/dashboard-options.ts';
import { Monitor } from '../../src/monitor/monitor.ts';
import type { MonitoredScheduler } from '../../src/schedules/monitored-scheduler.ts';
import { serveDashboard } from '../../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../../src/view/permission.ts';
import { keptLogger } from './system.ts';

/** The work of a job of the shop. */
export type Work = { readonly ms?: number; readonly fail?: string; readonly to?: string };

/** A system in real time, and its dashboard, for browsers. */
export interface Shop {
  readonly url: string;
  readonly queue: InMemoryQueue;
  readonly media: InMemoryQueue;
  readonly work: JobDefinition<string, Work, string>;
}

/** Opens a shop for one test: two queues with jobs in every state, schedules and a dashboard. */
export async function openShop(options: Partial<DashboardOptions> = {}): Promise<Shop> {
  const work = defineJob({
    name: 'send-email',
    attempts: 1,
    handler: async ({ ms = 0, fail }: Work, ctx) => {
      ctx.log('connecting');
      await ctx.updateProgress(50);
      if (ms > 0) await abortableDelay(queue.clock, ms, ctx.signal);
      if (fail !== undefined) throw new Error(fail, { cause: new TypeError('socket closed') });
      return 'sent';
    },
  });
  const common = { jobs: [work], store: createMemoryStore(), logger: keptLogger() };
  const queue = createQueue({ name: 'emails', concurrency: 100, ...common }) as InMemoryQueue;
  const media = createQueue({ name: 'media', ...common }) as InMemoryQueue;
  const monitor = new Monitor([queue, media], scheduler(queue.clock.now()));
  const dashboard = await serveDashboard(monitor, {
    auth: 'none',
    permissions: PERMISSIONS,
    refreshInterval: 250,
    ...options,
  });
  onTestFinished(async () => {
    await dashboard.close();
    await Promise.all([queue.close({ timeout: 0 }), media.close({ timeout: 0 })]);
  });
  await queue.process();
  await queue.enqueue(work, { to: 'ada@example.org' }, { jobId: 'done' });
  await queue.enqueue(
    work,
    { fail: 'user 42 not found', to: 'bob@example.org' },
    { jobId: 'broken' },
  );
  await queue.waitFor('broken').catch(() => undefined);
  await queue.waitFor('done');
  await queue.enqueue(work, { ms: 3_600_000 }, { jobId: 'running' });
  await queue.enqueue(work, {}, { jobId: 'later', delay: 3_600_000 });
  await media.enqueue(work, {}, { jobId: 'stuck' });
  return { url: dashboard.url, queue, media, work };
}

function scheduler(now: number): MonitoredScheduler {
  const at = (ms: number): Date => new Date(now + ms);
  return {
    getAllScheduledJobs: () => [
      {
        id: 'nightly-backup',
        jobName: 'send-email',
        cron: '0 2 * * *',
        timezone: 'Europe/Berlin',
        nextRun: at(-14 * 60_000),
        lastRun: at(-86_400_000),
        active: true,
        runsCount: 12,
      },
      { id: 'weekly', jobName: 'send-email', every: 604_800_000, paused: true, note: 'holidays' },
    ],
    getJobHistory: (id) =>
      (['completed', 'failed', 'skipped'] as const).map((status, index) => ({
        scheduledJobId: id ?? '',
        scheduledAt: at(-index * 3_600_000),
        status,
        latenessMs: index * 5000,
        ...(status !== 'skipped' && { jobId: 'done' }),
      })),
    nextRuns: () => [at(3_600_000), at(7_200_000)],
    trigger: () => 'job',
    pause: () => true,
    resume: () => true,
    backfill: () => ['a', 'b', 'c'],
    remove: () => true,
  };
}
