import { describe, expect, it } from 'vitest';
import { lettersQueues } from '../../test/letters-queues.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';

const work = defineJob({
  name: 'work',
  attempts: 2,
  backoff: () => 5000,
  handler: (how: string, ctx): unknown => {
    if (how === 'fail') throw new Error('no luck');
    if (how === 'never') return new Promise(() => undefined);
    if (how === 'snooze') ctx.snooze(5000);
    return how;
  },
});

const single = defineJob({
  name: 'single',
  concurrency: 1,
  handler: () => new Promise(() => undefined),
});

async function setUp(options: Parameters<typeof testQueue>[0] = {}) {
  const test = testQueue({ jobs: [work], ...options });
  const reasonsOf = async (id: string) => {
    const { reasons } = await test.queue.explain(id);
    return reasons.map(({ reason }) => reason);
  };
  return { ...test, reasonsOf };
}

describe('explain', () => {
  it('a dead letter, which is delayed for a hundred years', async () => {
    const { dead, letter } = lettersQueues();
    await letter(1);
    const { summary, reasons } = await dead.explain('letter-1');
    expect(summary).toBe(
      'It is a dead letter: job `charge` (job-1) of queue `payments` failed for good. No worker runs it; `redrive` puts that job back.',
    );
    expect(reasons).toMatchObject([{ reason: 'delayed' }]);
    expect(reasons[0]?.until).toBeUndefined();
  });

  it('not-found', async () => {
    const { queue } = await setUp();
    expect(await queue.explain('nowhere')).toEqual({
      jobId: 'nowhere',
      reasons: [{ reason: 'not-found', message: expect.any(String) }],
      summary: expect.any(String),
    });
  });

  it('completed, failed, cancelled', async () => {
    const { queue, clock, reasonsOf } = await setUp({ concurrency: 3 });
    const ok = await queue.enqueue(work, 'ok');
    const failing = await queue.enqueue(work, 'fail');
    const gone = await queue.enqueue(work, 'ok', { delay: 60_000 });
    await queue.cancelJob(gone.id);
    await queue.process();
    await clock.advance(5000);
    expect(await reasonsOf(ok.id)).toEqual(['completed']);
    expect(await reasonsOf(failing.id)).toEqual(['failed']);
    expect((await queue.explain(failing.id)).summary).toContain('no luck');
    expect(await reasonsOf(gone.id)).toEqual(['cancelled']);
  });

  it('active, and cancel-requested', async () => {
    const { queue, reasonsOf } = await setUp();
    const { id } = await queue.enqueue(work, 'never');
    await queue.process();
    await settle();
    expect(await reasonsOf(id)).toEqual(['active']);
    await queue.cancelJob(id);
    expect(await reasonsOf(id)).toEqual(['cancel-requested']);
  });

  it('lease-ended: what will happen, and what to do where no worker is alive', async () => {
    const { queue, backend, clock } = await setUp();
    const { id } = await queue.enqueue(work, 'never');
    const active = { status: 'active', worker: 'web-1:4711:0123456789ab' } as const;
    const lose = (changes: object): void =>
      backend.store.change(backend.store.jobs.get(id)!, { ...active, ...changes });
    lose({ lease: { hasEnded: false, endsAt: clock.now() + 1 } });
    expect((await queue.explain(id)).summary).toBe('It is running, start 0.');
    lose({ lease: { hasEnded: true, endsAt: clock.now() - 12_400 } });
    const alone = await queue.explain(id);
    expect(alone.reasons).toEqual([
      {
        reason: 'lease-ended',
        message:
          'It is active, but its lease ended 12 s ago; no worker holds it. The next worker that starts takes it back.',
      },
      { reason: 'no-worker', message: 'No worker is alive; start one with `queue.process()`.' },
    ]);
    lose({ lease: { hasEnded: true }, cancelRequested: { force: false } });
    expect((await queue.explain(id)).reasons).toMatchObject([
      { reason: 'lease-ended', message: expect.stringContaining('its lease has ended; no') },
      { reason: 'no-worker' },
      { reason: 'cancel-requested', message: expect.stringContaining('`force`') },
    ]);
  });

  it.each([
    [{ others: [] }, ['lease-ended', 'no-worker']],
    [{ others: ['other'] }, ['lease-ended']],
  ])(
    'lease-ended: counts its own worker, which is listed still, for dead: %j',
    async ({ others }, expected) => {
      const { queue, backend, reasonsOf } = await setUp();
      const { id } = await queue.enqueue(work, 'never');
      const lease = { hasEnded: true };
      const held = { status: 'active', worker: 'own~1', lease } as const;
      backend.store.change(backend.store.jobs.get(id)!, held);
      const info = { host: 'h', pid: 1, concurrency: 1, jobs: {}, startedAt: 0, seenAt: 0 };
      backend.workers!.list = async () => ['own', ...others].map((one) => ({ ...info, id: one }));
      expect(await reasonsOf(id)).toEqual(expected);
    },
  );

  it('failed, in whole sentences whatever the error says', async () => {
    const { queue, backend } = await setUp();
    const { id } = await queue.enqueue(work, 'ok');
    const summaryOf = async (message: string): Promise<string> => {
      const error = { name: 'Error', message };
      backend.store.change(backend.store.jobs.get(id)!, { status: 'failed', error });
      return (await queue.explain(id)).summary;
    };
    expect(await summaryOf('no luck')).toBe('It has failed: no luck.');
    expect(await summaryOf('No luck. Retry it.')).toBe('It has failed: No luck. Retry it.');
  });

  it('blocked', async () => {
    const { queue, backend, reasonsOf } = await setUp();
    const { id } = await queue.enqueue(work, 'ok');
    backend.store.change(backend.store.jobs.get(id)!, { status: 'blocked' });
    expect(await reasonsOf(id)).toEqual(['blocked']);
  });

  it('no-worker, paused, delayed: all that holds, with the time it ends', async () => {
    const { queue, clock, reasonsOf } = await setUp();
    const { id } = await queue.enqueue(work, 'ok', { delay: 5000 });
    await queue.pause();
    expect(await reasonsOf(id)).toEqual(['paused', 'delayed', 'no-worker']);
    const { status, reasons } = await queue.explain(id);
    expect(status).toBe('delayed');
    expect(reasons[1]?.until).toEqual(new Date(clock.now() + 5000));
  });

  it('a job that waits as no delayed one, though the clock of who added it is ahead', async () => {
    const { queue, clock, reasonsOf } = await setUp();
    const prepared = await queue.prepare(work, 'ok');
    const ahead = clock.now() + 3_600_000;
    await queue.backend.add({ jobs: [{ ...prepared, createdAt: ahead, runAt: ahead }] });
    expect((await queue.getJob(prepared.id))?.status).toBe('waiting');
    expect(await reasonsOf(prepared.id)).toEqual(['no-worker']);
  });

  it('retry-pending, and a snooze as delayed', async () => {
    const { queue, reasonsOf } = await setUp({ concurrency: 2 });
    const failing = await queue.enqueue(work, 'fail');
    const snoozed = await queue.enqueue(work, 'snooze');
    await queue.process();
    await settle();
    expect(await reasonsOf(failing.id)).toEqual(['retry-pending']);
    expect((await queue.explain(failing.id)).summary).toMatch(/no luck.*attempt 2 of 2/);
    expect(await reasonsOf(snoozed.id)).toEqual(['delayed']);
  });

  it('unknown-job and no-worker-for-job, also for names every object has', async () => {
    const { queue, reasonsOf } = await setUp({ unknownJobs: 'accept' });
    await queue.process();
    for (const name of ['elsewhere', 'toString']) {
      const { id } = await queue.enqueue(name as never);
      await settle();
      expect(await reasonsOf(id)).toEqual(['unknown-job', 'no-worker-for-job']);
    }
  });

  it('unknown-version and no-worker-for-version', async () => {
    const { queue, backend, reasonsOf } = await setUp();
    const { id } = await queue.enqueue(work, 'ok');
    backend.store.change(backend.store.jobs.get(id)!, { version: 2 });
    await queue.process();
    await settle();
    expect(await reasonsOf(id)).toEqual(['unknown-version', 'no-worker-for-version']);
  });

  it('expired', async () => {
    const { queue, clock, reasonsOf } = await setUp();
    const { id } = await queue.enqueue(work, 'ok', { expiresIn: 100 });
    await clock.advance(100);
    expect((await reasonsOf(id))[0]).toBe('expired');
  });

  it('expired: also while a limit keeps it until after its expiry', async () => {
    const limited = defineJob({
      name: 'limited',
      expiresIn: 500,
      handler: async (_payload: undefined, ctx) => {
        await ctx.takeRateLimit({ key: 'api', max: 1, per: 2000 });
      },
    });
    const { queue, clock, reasonsOf } = await setUp({ jobs: [limited] });
    await queue.enqueue(limited);
    const late = await queue.enqueue(limited);
    await queue.process();
    await settle();
    expect((await reasonsOf(late.id))[0]).toBe('expired');
    await clock.advance(2000);
    const error = (await queue.getJob(late.id))?.error;
    expect([error?.code, error?.message]).toEqual([
      'JOBS_EXPIRED',
      'The job still waited when its `expiresIn` ended, 1500 ms before its turn came.',
    ]);
  });

  it('concurrency-full', async () => {
    const { queue, reasonsOf } = await setUp({ concurrency: 5 });
    await queue.enqueue(single);
    const second = await queue.enqueue(single);
    await queue.process();
    await settle();
    expect(await reasonsOf(second.id)).toEqual(['concurrency-full']);
  });

  it('workers-busy, and waiting-its-turn', async () => {
    const { queue, backend, reasonsOf } = await setUp();
    await queue.enqueue(work, 'never');
    const second = await queue.enqueue(work, 'ok');
    await queue.process();
    await settle();
    expect(await reasonsOf(second.id)).toEqual(['workers-busy']);
    backend.faults.set('workers.list', async () => [
      { id: 'w', host: 'h', pid: 1, concurrency: 9, jobs: { work: 1 }, startedAt: 0, seenAt: 0 },
    ]);
    expect(await reasonsOf(second.id)).toEqual(['waiting-its-turn']);
  });

  it('says what it can where the backend lists no workers', async () => {
    const { queue, reasonsOf } = await setUp({ parts: false });
    const { id } = await queue.enqueue(work, 'ok');
    expect(await reasonsOf(id)).toEqual(['waiting-its-turn']);
  });
});
