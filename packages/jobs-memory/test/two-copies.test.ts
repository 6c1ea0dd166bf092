import { defineJob, JobsError } from '@philjs/jobs-core';
import { beforeAll, expect, it, vi } from 'vitest';
import { createQueue, memoryBackend } from '../src/index.ts';

type Core = typeof import('@philjs/jobs-core');

/** Another copy of the package, as where two versions of it are installed. */
let other: Core;

beforeAll(async () => {
  vi.resetModules();
  other = await import('@philjs/jobs-core');
  expect(other.JobsError).not.toBe(JobsError);
});

it('runs a chain that another copy of the package made', async () => {
  const add = other.defineJob({ name: 'add', handler: ({ n }: { n: number }) => ({ n: n + 1 }) });
  const queue = createQueue({ jobs: [add] });
  await queue.process();
  const { chain, step } = other;
  const jobs = await queue.enqueueMany(chain([step(add, { n: 1 }), step(add), step(add)]));
  expect(await queue.waitFor(String(jobs.at(-1)?.id))).toEqual({ n: 4 });
  await queue.close();
});

it('lets the retry middleware of another copy try again', async () => {
  let runs = 0;
  const flaky = other.defineJob({
    name: 'flaky',
    attempts: 1,
    middleware: other.createRetryMiddleware(() => true, 1, 0),
    handler: () => {
      runs += 1;
      if (runs === 1) throw new Error('no');
    },
  });
  const queue = createQueue({ jobs: [flaky] });
  await queue.process();
  await queue.waitFor(await queue.enqueue(flaky));
  expect(runs).toBe(2);
  await queue.close();
});

it('takes a definition and its declaration of another copy for one job', async () => {
  const declared = other.declareJob<{ n: number }, number, 'declared'>({ name: 'declared' });
  const handled = declared.handle(({ n }) => n);
  const queue = createQueue({ jobs: [declared] });
  queue.register(handled);
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(declared.with({ priority: 1 }), { n: 5 }))).toBe(
    5,
  );
  await queue.close();
});

it('shares its jobs with a queue of the same name that another copy made', async () => {
  const warn = vi.fn();
  const logger = { debug: vi.fn(), info: vi.fn(), warn, error: vi.fn() };
  const shared = defineJob({ name: 'shared', handler: (n: number) => n + 1 });
  const options = { name: 'shared-by-copies', logger };
  const enqueuing = other.createQueue({ ...options, jobs: [], backend: memoryBackend() });
  const working = createQueue({ ...options, jobs: [shared] });
  await working.process();
  expect(await working.waitFor((await enqueuing.enqueue(shared, 1)).id)).toBe(2);
  const differing = other.createQueue({
    ...options,
    jobs: [other.defineJob({ name: 'another', handler: () => 1 })],
    backend: memoryBackend(),
  });
  expect(warn.mock.calls.join()).toContain('list different jobs');
  await Promise.all([enqueuing.close(), working.close(), differing.close()]);
});
