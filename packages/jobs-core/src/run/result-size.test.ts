import { describe, expect, it } from 'vitest';
import { refusalOf, rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { errorOf, testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobContext } from '../job/job-context.ts';

async function run(handler: (payload: unknown, ctx: JobContext) => unknown, options = {}) {
  const test = testQueue(options);
  const job = defineJob({ name: 'work', attempts: 3, handler: handler as () => never });
  const { id } = await test.queue.enqueue(job);
  await test.queue.process();
  await settle();
  return { ...test, id, stored: async () => (await test.queue.getJob(id))! };
}

describe('the size of a result', () => {
  it('is at most 1 MiB of JSON, to the byte; more fails the job for good, with a code', async () => {
    const fits = await run(() => 'x'.repeat(1_048_574));
    expect(await fits.stored()).toMatchObject({ status: 'completed' });
    const { stored, backend, id } = await run(() => 'x'.repeat(1_048_575));
    expect(await stored()).toMatchObject({ status: 'failed', attemptsMade: 1 });
    expect(errorOf(backend, id)).toMatchObject({
      code: 'JOBS_RESULT_TOO_LARGE',
      details: { field: 'result', maxResultBytes: 1_048_576 },
    });
  });

  it('may be set by `maxResultBytes`', async () => {
    const { backend, id } = await run(() => 'four', { maxResultBytes: 5 });
    expect(errorOf(backend, id)?.code).toBe('JOBS_RESULT_TOO_LARGE');
    for (const maxResultBytes of [0, -1, 1.5, '1 MiB']) {
      expect(refusalOf(() => testQueue({ maxResultBytes: maxResultBytes as never }))).toEqual({
        code: 'JOBS_INVALID_ARGUMENT',
        field: 'maxResultBytes',
      });
    }
  });
});

describe('the size of progress', () => {
  it('has the same limit, and one that is too large fails the job for good', async () => {
    const { stored, backend, id } = await run(
      async (_payload, ctx) => ctx.updateProgress({ text: 'x'.repeat(100) }),
      { maxResultBytes: 100 },
    );
    expect(await stored()).toMatchObject({ status: 'failed', attemptsMade: 1, progress: 0 });
    expect(errorOf(backend, id)).toMatchObject({
      code: 'JOBS_RESULT_TOO_LARGE',
      details: { field: 'progress' },
    });
  });
});

describe('metadata of shared references', () => {
  it('is refused before it is copied', async () => {
    let shared: unknown = ['x'.repeat(100)];
    for (let level = 0; level < 60; level++) shared = [shared, shared];
    const { queue } = testQueue();
    const job = defineJob({ name: 'work', handler: () => 1 });
    expect(await rejectionOf(queue.enqueue(job, undefined, { metadata: { shared } }))).toEqual({
      code: 'JOBS_PAYLOAD_TOO_LARGE',
      field: 'metadata',
    });
    expect(await rejectionOf(queue.enqueue(job, shared as never))).toEqual({
      code: 'JOBS_PAYLOAD_TOO_LARGE',
      field: 'payload',
    });
  });
});
