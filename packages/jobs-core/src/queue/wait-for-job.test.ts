import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { defineJob } from '../job/define-job.ts';

class CardError extends Error {
  override readonly name = 'CardError';
}

const work = defineJob({
  name: 'work',
  attempts: 1,
  handler: (how: string) => {
    if (how === 'fail') throw new CardError('no money');
    return { made: how };
  },
});

const ways: [string, { parts?: boolean; reliableEvents?: boolean }][] = [
  ['events that never miss', {}],
  ['events that may miss', { reliableEvents: false }],
  ['no events', { parts: false }],
];

describe.each(ways)('waitFor, with %s', (_, options) => {
  it('returns the result of a job that ends later', async () => {
    const { queue, clock, errors } = testQueue(options);
    const job = await queue.enqueue(work, 'it', { delay: 5000 });
    const result = queue.waitFor(job, { timeout: 60_000 });
    await queue.process();
    await clock.advance(20_000);
    expect(await result).toEqual({ made: 'it' });
    expect(errors).toEqual([]);
  });

  it('returns the result of a job that has ended', async () => {
    const { queue } = testQueue(options);
    const { id } = await queue.enqueue(work, 'it');
    await queue.process();
    await settle();
    expect(await queue.waitFor(id)).toEqual({ made: 'it' });
  });

  it('rejects with the name and message of the handler’s error', async () => {
    const { queue, clock } = testQueue(options);
    const job = await queue.enqueue(work, 'fail');
    const result = queue.waitFor(job).catch((error) => error);
    await queue.process();
    await clock.advance(1000);
    expect(await result).toMatchObject({ name: 'CardError', message: 'no money' });
    await expect(queue.waitFor(job)).rejects.toMatchObject({ name: 'CardError' });
  });

  it('rejects with the details of the error, and the fields it was given', async () => {
    const { queue, clock } = testQueue(options);
    const details = { jobName: 'work', issues: [{ path: 'payload.to', message: 'no' }] };
    const errors = {
      ours: new JobsError('JOBS_INVALID_PAYLOAD', 'no', { details }),
      theirs: Object.assign(new CardError('no money'), { status: 402, shop: { id: 7 } }),
    };
    const failing = defineJob({
      name: 'failing',
      attempts: 1,
      handler: (whose: 'ours' | 'theirs') => Promise.reject(errors[whose]),
    });
    await queue.process();
    for (const [whose, fields] of [
      ['ours', { code: 'JOBS_INVALID_PAYLOAD', details }],
      ['theirs', { name: 'CardError', status: 402, shop: { id: 7 } }],
    ] as const) {
      const job = await queue.enqueue(failing, whose);
      const meanwhile = queue.waitFor(job).catch((error) => error);
      await clock.advance(10_000);
      expect(await meanwhile).toMatchObject(fields);
      await expect(queue.waitFor(job)).rejects.toMatchObject(fields);
    }
  });

  it('rejects with our own error for a job that was cancelled', async () => {
    const { queue, clock } = testQueue(options);
    const job = await queue.enqueue(work, 'it', { delay: 1000 });
    const result = rejectionOf(queue.waitFor(job));
    await settle();
    await queue.cancelJob(job.id);
    await clock.advance(1000);
    expect((await result)?.code).toBe('JOBS_CANCELLED');
  });

  it('gives up after its timeout, and leaves nothing behind', async () => {
    const { queue, clock } = testQueue(options);
    const job = await queue.enqueue(work, 'it', { delay: 60_000 });
    const result = rejectionOf(queue.waitFor(job, { timeout: 400 }));
    await clock.advance(400);
    expect((await result)?.code).toBe('JOBS_TIMEOUT');
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  it('gives up when its signal aborts, or has', async () => {
    const { queue } = testQueue(options);
    const job = await queue.enqueue(work, 'it', { delay: 60_000 });
    const controller = new AbortController();
    const result = queue.waitFor(job, { signal: controller.signal }).catch((error) => error);
    await settle();
    controller.abort('enough');
    expect(await result).toMatchObject({ code: 'JOBS_ABORTED', cause: 'enough' });
    const again = queue.waitFor(job, { signal: controller.signal });
    expect((await rejectionOf(again))?.code).toBe('JOBS_ABORTED');
  });

  it('rejects when the job is not there, or is removed meanwhile', async () => {
    const { queue, clock } = testQueue(options);
    expect((await rejectionOf(queue.waitFor('nowhere')))?.code).toBe('JOBS_NOT_FOUND');
    const job = await queue.enqueue(work, 'it', { delay: 60_000 });
    const result = rejectionOf(queue.waitFor(job));
    await settle();
    await queue.removeJob(job.id);
    await clock.advance(1000);
    expect((await result)?.code).toBe('JOBS_NOT_FOUND');
  });

  it('rejects when the queue is closed', async () => {
    const { queue, clock } = testQueue(options);
    const job = await queue.enqueue(work, 'it', { delay: 60_000 });
    const result = rejectionOf(queue.waitFor(job));
    await settle();
    await queue.close();
    expect((await result)?.code).toBe('JOBS_QUEUE_CLOSED');
    expect((await rejectionOf(queue.waitFor(job)))?.code).toBe('JOBS_QUEUE_CLOSED');
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });
});

describe('waitFor', () => {
  it('looks ever less often where events may miss the end', async () => {
    const { queue, backend, clock } = testQueue({ reliableEvents: false });
    const job = await queue.enqueue(work, 'it');
    void queue.waitFor(job).catch(() => undefined);
    await clock.advance(60_000);
    const looks = backend.calls.filter((call) => call === 'get').length;
    expect(looks).toBeGreaterThan(10);
    expect(looks).toBeLessThan(20);
    await queue.close();
  });

  it('waits for the event of a job that was removed as soon as it ended', async () => {
    const { queue, backend, clock } = testQueue({ reliableEvents: false });
    const [job, other] = await queue.enqueueMany([
      { job: work, payload: 'it' },
      { job: work, payload: 'other' },
    ]);
    backend.store.jobs.clear();
    const result = queue.waitFor(job!);
    const lost = rejectionOf(queue.waitFor(other!));
    await settle();
    const { id: jobId, name } = job!;
    backend.store.emit({ type: 'completed', jobId, name, at: clock.now(), result: { made: 'it' } });
    expect(await result).toEqual({ made: 'it' });
    // Of the other one there came none.
    await clock.advance(1000);
    expect((await lost)?.code).toBe('JOBS_NOT_FOUND');
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  it('goes on through a failure of the store once it has seen the job', async () => {
    const { queue, backend, clock } = testQueue({ reliableEvents: false });
    const job = await queue.enqueue(work, 'it');
    backend.store.listeners.clear();
    const result = queue.waitFor(job);
    await settle();
    backend.store.listeners.clear();
    backend.faults.set('get', () => Promise.reject(new Error('away')));
    await queue.process();
    await clock.advance(2000);
    backend.faults.clear();
    await clock.advance(10_000);
    expect(await result).toEqual({ made: 'it' });
  });

  it('fails fast when the store is away from the start', async () => {
    const { queue, backend } = testQueue();
    backend.faults.set('open', () => Promise.reject(new Error('away')));
    expect((await rejectionOf(queue.waitFor('a')))?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
  });

  it('looks for itself while subscribing fails', async () => {
    const { queue, backend, clock } = testQueue();
    backend.faults.set('events.subscribe', () => Promise.reject(new Error('away')));
    const job = await queue.enqueue(work, 'it');
    const result = queue.waitFor(job);
    await queue.process();
    await clock.advance(2000);
    expect(await result).toEqual({ made: 'it' });
  });

  it.each([
    ['id', [undefined]],
    ['id', ['']],
    ['timeout', ['a', { timeout: -1 }]],
    ['timeout', ['a', { timeout: '5s' }]],
    ['signal', ['a', { signal: {} }]],
    ['waitFor.timeOut', ['a', { timeOut: 5 }]],
  ])('names a bad `%s`', async (field, args) => {
    const { queue } = testQueue();
    const call = queue.waitFor(...(args as Parameters<typeof queue.waitFor>));
    expect(await rejectionOf(call)).toEqual({ code: 'JOBS_INVALID_ARGUMENT', field });
  });
});
