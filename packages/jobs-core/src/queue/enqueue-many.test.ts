import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rejectionOf } from '../../test/code-of.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';

const work = defineJob({ name: 'work', handler: (_payload: unknown) => 'done' });

describe('enqueueMany', () => {
  const items = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ job: work, payload: index }));

  it('stores all in order, a thousand a call', async () => {
    const { queue, backend } = testQueue();
    const jobs = await queue.enqueueMany(items(2_500));
    expect(jobs.map(({ payload }) => payload)).toEqual(items(2_500).map(({ payload }) => payload));
    expect(backend.calls.filter((call) => call === 'add')).toHaveLength(3);
    expect(backend.store.jobs.size).toBe(2_500);
  });

  it('takes no item for none', async () => {
    const { queue, backend } = testQueue();
    expect(await queue.enqueueMany([])).toEqual([]);
    expect(backend.calls).not.toContain('add');
  });

  it('names a bad item by its index and stores none', async () => {
    const { queue, backend } = testQueue();
    const bad = [
      { job: work, payload: 1n },
      { job: work, payload: 1, options: { delay: -1 } },
      { job: 'unknown', payload: 1 },
      { job: work, paylod: 1 },
      null,
    ];
    for (const item of bad) {
      const call = queue.enqueueMany([...items(2), item as never, ...items(1)]);
      await expect(call).rejects.toMatchObject({ details: { index: 2 } });
    }
    expect(backend.store.jobs.size).toBe(0);
    expect(await rejectionOf(queue.enqueueMany('x' as never))).toMatchObject({ field: 'items' });
  });

  it('names the item whose schema refuses it, also one that takes its time', async () => {
    const { queue } = testQueue();
    const schema = z.string().refine(async (text) => text !== 'bad');
    const job = defineJob({ name: 'checked', schema, handler: () => 1 });
    const call = queue.enqueueMany(['a', 'bad'].map((payload) => ({ job, payload })));
    await expect(call).rejects.toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
      details: { index: 1 },
    });
  });

  it('marks the jobs that were there', async () => {
    const { queue } = testQueue();
    await queue.enqueue(work, 'old', { jobId: 'a' });
    const jobs = await queue.enqueueMany([
      { job: work, payload: 'new', options: { jobId: 'a' } },
      { job: work, payload: 'new', options: { jobId: 'b' } },
    ]);
    expect(jobs.map(({ payload, duplicate }) => [payload, duplicate])).toEqual([
      ['old', true],
      ['new', undefined],
    ]);
  });

  it('gives all jobs of a call one time, and reads it again after a schema made it wait', async () => {
    const { queue, clock } = testQueue();
    const start = clock.now();
    const together = await queue.enqueueMany(items(3));
    expect(together.map(({ createdAt }) => createdAt.getTime())).toEqual([start, start, start]);
    const schema = z.string().refine((text) => clock.advance(text.length).then(() => true));
    const slow = defineJob({ name: 'slow', schema, handler: () => 1 });
    const jobs = await queue.enqueueMany([
      { job: slow, payload: 'four' },
      { job: work, payload: 1 },
    ]);
    expect(jobs.map(({ createdAt }) => createdAt.getTime())).toEqual([start + 4, start + 4]);
  });
});
