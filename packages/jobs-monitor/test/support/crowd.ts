import { defineJob, type IQueue, JobsError } from '@philjs/jobs-core';
import { DEAD_LETTER } from '@philjs/jobs-core/internal';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import { Monitor } from '../../src/monitor/monitor.ts';
import type { MonitoredScheduler } from '../../src/schedules/monitored-scheduler.ts';
import { type ServedDashboard, serveDashboard } from '../../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../../src/view/permission.ts';
import { keptLogger, withMethods } from './system.ts';

/** As long as names may be, with nothing to break at. */
export const LONG_NAME: string = `charge-card-${'x'.repeat(188)}`;
/** As long as names of queues may be. */
export const LONG_QUEUE: string = `payments-${'q'.repeat(191)}`;
/** As long as tags may be, and as many. */
const LONG_TAGS = Array.from({ length: 20 }, (_, index) => `tag${index}`.padEnd(100, 't'));
/** As long as ids may be, with signs that turn the direction of a text. */
const LONG_ID = `order-\u202E${'7'.repeat(249)}`;
const CAUSES = 40;
const FAILURES = 10_000;

/** A dashboard of three queues, of which one has lost its store after it was read once. */
export interface Crowd {
  readonly dashboard: ServedDashboard;
  readonly jobId: string;
  readonly close: () => Promise<void>;
}

/** Opens it: 10,000 failed jobs of 40 causes, and names as long as they may be. */
export async function openCrowd(): Promise<Crowd> {
  const charge = defineJob({
    name: LONG_NAME,
    attempts: 1,
    handler: ({ cause }: { cause: number }): void => {
      const message = `cause \u202E${String.fromCharCode(97 + (cause % 26))}${'y'.repeat(cause)} ${'of many words '.repeat(cause % 9)}`;
      throw Object.assign(new Error(message), cause % 2 === 0 ? { code: `E_CAUSE_${cause}` } : {});
    },
  });
  const common = { jobs: [charge], store: createMemoryStore(), logger: keptLogger() };
  const name = LONG_QUEUE;
  const payments = createQueue({ name, concurrency: 500, ...common });
  const orders = createQueue({ name: 'orders', ...common });
  const emails = createQueue({ name: 'emails', ...common });
  const failing = { removeOnFail: FAILURES } as const;
  for (let done = 0; done < FAILURES; done += 1000) {
    await payments.enqueueMany(
      Array.from({ length: 1000 }, (_, index) => ({
        job: charge,
        payload: { cause: (done + index) % CAUSES, note: 'n'.repeat(50) },
        options: {
          ...failing,
          ...(done + index === FAILURES - 1 && { jobId: LONG_ID, tags: LONG_TAGS }),
        },
      })),
    );
  }
  await payments.process();
  await payments.waitFor(LONG_ID).catch(() => undefined);
  while ((await payments.getStats()).failed < FAILURES)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await orders.enqueue(charge, { cause: 1 }, { delay: 60_000 });
  await orders.enqueue(letter, letterOf(LONG_NAME), { delay: 86_400_000 });
  await emails.enqueue(charge, { cause: 2 });
  let isAway = false;
  const monitor = new Monitor([payments, orders, losing(emails, () => isAway)], [longSchedules]);
  await monitor.getOverview();
  isAway = true;
  const environment = { label: 'production', colour: 'red' } as const;
  const dashboard = await serveDashboard(monitor, {
    auth: 'none',
    permissions: PERMISSIONS,
    environment,
  });
  return {
    dashboard,
    jobId: LONG_ID,
    close: async () => {
      await dashboard.close();
      await Promise.all([payments, orders, emails].map((queue) => queue.close({ timeout: 0 })));
    },
  };
}

const letter = defineJob({ name: DEAD_LETTER, handler: (_: object) => undefined });

/** The content of a dead letter of a job. */
function letterOf(name: string): object {
  const error = {
    name: 'Error',
    message: `\u202E${'m'.repeat(256)} ${'of many words '.repeat(60)}`,
  };
  const times = { createdAt: 1, runAt: 1, failedAt: Date.now() - 60_000 };
  const counts = { version: 1, priority: 0, maxAttempts: 1, attemptsMade: 1 };
  const facts = { queue: LONG_QUEUE, jobId: LONG_ID, name, metadata: {}, failures: [] };
  return { ...facts, ...times, ...counts, error, fingerprint: 'f'.repeat(40) };
}

/** Schedules of the first queue, in every state, with names and notes as long as they may be. */
const longSchedules: MonitoredScheduler = {
  getAllScheduledJobs: () =>
    [{}, { paused: true, note: 'n'.repeat(300) }, { active: false }].map((state, index) => ({
      id: `${index}-\u202E${'s'.repeat(253)}`,
      jobName: LONG_NAME,
      cron: '0 2 * * *',
      timezone: 'America/Argentina/ComodRivadavia',
      nextRun: new Date(Date.now() + 60_000),
      lastRun: new Date(0),
      runsCount: 1_234_567,
      ...state,
    })),
  getJobHistory: () =>
    Array.from({ length: 20 }, (_, index) => ({
      scheduledJobId: 's',
      scheduledAt: new Date(index * 60_000),
      status: index % 2 === 0 ? 'completed' : 'failed',
      error: 'e'.repeat(300),
    })),
  nextRuns: () => [new Date(Date.now() + 60_000)],
  ...{ trigger: () => 'id', pause: () => true, resume: () => true, backfill: () => [] },
  remove: () => true,
};

/** A queue whose calls reject while its store is away. */
export function losing(queue: IQueue, isAway: () => boolean): IQueue {
  const refused = (): Promise<never> =>
    Promise.reject(new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away'));
  const names = ['getStats', 'getJobs', 'getJob', 'isPaused', 'getWorkers', 'explain'] as const;
  const methods = names.map((name) => [
    name,
    (...args: never[]) =>
      isAway() ? refused() : (queue[name] as (...all: never[]) => Promise<unknown>)(...args),
  ]);
  return withMethods(queue, Object.fromEntries(methods) as Partial<IQueue>);
}
