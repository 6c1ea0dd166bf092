import { createQueue, defineJob } from '@philjs/jobs-core';
import { expect, it, onTestFinished } from 'vitest';
import { drain, expectEnqueued, expectNotEnqueued, runJob } from '../src/index.ts';
import { memoryBackend } from './support/memory.ts';

const WRONG = [undefined, null, 5, {}] as never[];
const refused = (field: string): object => ({ code: 'JOBS_INVALID_ARGUMENT', details: { field } });

it.each(WRONG)('refuses to run %o', async (job) => {
  await expect(runJob(job, undefined as never)).rejects.toMatchObject(refused('job'));
});

it.each(WRONG)('refuses to drain %o', async (queue) => {
  await expect(drain(queue)).rejects.toMatchObject(refused('queue'));
});

it.each(WRONG)('neither expects nor excludes %o, which would be any job', async (job) => {
  const queue = createQueue({ backend: memoryBackend() });
  onTestFinished(() => queue.close());
  await queue.enqueue(defineJob({ name: 'other', handler: () => 1 }), undefined);
  await expect(expectEnqueued(queue, job)).rejects.toMatchObject(refused('job'));
  await expect(expectNotEnqueued(queue, job)).rejects.toMatchObject(refused('job'));
});
