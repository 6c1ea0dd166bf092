import { expect, it } from 'vitest';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import type { Backend } from '../contract/backend.ts';
import { defineJob } from '../job/define-job.ts';

const work = defineJob({ name: 'work', handler: () => 1 });

/** A queue with many delayed jobs. */
async function delayed(count: number) {
  const { queue } = testQueue({ jobs: [work] });
  const items = Array.from({ length: count }, () => ({
    job: work,
    payload: undefined,
    options: { delay: 60_000 },
  }));
  await queue.enqueueMany(items);
  return queue;
}

it.each([
  ['cancelJobs', {}],
  ['removeJobs', {}],
  ['promoteJobs', {}],
  ['removeJobs', { dryRun: true }],
  ['cancelJobs', { search: 'error:none' }],
] as const)(
  '%s of %j lets timers of its process run, so that one can stop it',
  async (act, query) => {
    const queue = await delayed(4000);
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    let scanned = 0;
    await queue[act]({
      ...query,
      signal: controller.signal,
      onProgress: (progress) => {
        scanned = progress.scanned;
      },
    });
    expect(scanned).toBeLessThan(4000);
  },
);

it('reads a page of what matches without keeping its process from other work', async () => {
  const queue = await delayed(4000);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await queue.getJobs({ search: 'error:none' });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});

it('clears a queue without keeping its process from other work', async () => {
  const clock = new TestClock();
  let calls = 0;
  let immediates = 0;
  const clear: Backend['clear'] = async ({ most = 0 } = {}) => {
    for (const since = performance.now(); performance.now() - since < 10; );
    if (calls === 0) setImmediate(() => immediates++);
    calls += 1;
    return calls < 5 ? most : 0;
  };
  const { queue } = testQueue({ clock, backend: { ...testBackend({ clock }), clear } });
  await queue.clear();
  expect([calls, immediates]).toEqual([5, 1]);
});

it.each([
  [{ status: 'waiting' }, undefined],
  [{ search: 'status:waiting' }, undefined],
  [{}, { force: false }],
] as const)(
  'cancels by %j a job that has started meanwhile only where it selects such ones',
  async (query, request) => {
    const clock = new TestClock();
    const inner = testBackend({ clock });
    const started = () => inner.store.jobs.get('started');
    const cancel: Backend['cancel'] = async (params) => {
      const stored = started();
      if (stored !== undefined) inner.store.change(stored, { status: 'active' });
      return inner.cancel(params);
    };
    const { queue } = testQueue({ clock, jobs: [work], backend: { ...inner, cancel } });
    await queue.enqueue(work, undefined, { jobId: 'started' });
    for (let index = 0; index < 30; index++) await queue.enqueue(work, undefined);
    await queue.enqueue(work, undefined, { jobId: 'first' });
    await queue.cancelJobs(query);
    expect(started()?.record.cancelRequested).toEqual(request);
  },
);
