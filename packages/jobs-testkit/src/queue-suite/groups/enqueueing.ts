import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { ODD_VALUES } from '../../backend-suite/odd-values.ts';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

const echo = defineJob({ name: 'echo', handler: (payload: unknown) => payload });

/** A resolved `enqueue` means the job is stored (promises 1, 7 and 8). */
export const enqueueing: QueueGroup = {
  title: 'enqueueing',
  tests: (test) => {
    test('returns the stored job', async (trial) => {
      const queue = await trial.queue();
      const before = trial.time.now();
      const options = { priority: 3, attempts: 7, metadata: { tenant: 'acme' }, jobId: 'mine' };
      const job = await queue.enqueue(echo, { to: 'ada' }, options);
      expect(job).toMatchObject({
        id: 'mine',
        name: 'echo',
        payload: { to: 'ada' },
        status: 'waiting',
        progress: 0,
        attemptsMade: 0,
        maxAttempts: 7,
        priority: 3,
        metadata: { tenant: 'acme' },
        version: 1,
      });
      expect(job.createdAt).toBeInstanceOf(Date);
      expect(job.createdAt.getTime()).toBeGreaterThanOrEqual(before);
      expect(job.duplicate).not.toBe(true);
      expect(await queue.getJob('mine')).toEqual(job);
    });

    test('delays a job by a length or until a time', async (trial) => {
      const queue = await trial.queue();
      const at = trial.time.now() + 86_400_000;
      const byLength = await queue.enqueue(echo, 1, { delay: 60_000 });
      const byDate = await queue.enqueue(echo, 2, { runAt: new Date(at) });
      const past = await queue.enqueue(echo, 3, { runAt: trial.time.now() - 60_000 });
      expect([byLength.status, byDate.status, past.status]).toEqual([
        'delayed',
        'delayed',
        'waiting',
      ]);
      expect(byLength.runAt.getTime() - byLength.createdAt.getTime()).toBe(60_000);
      expect(byDate.runAt.getTime()).toBe(at);
    });

    test('returns the job that is there for a known id, marked as a duplicate', async (trial) => {
      const [queue, other] = [await trial.queue(), await trial.queue()];
      const first = await queue.enqueue(echo, 'first', { jobId: 'same', delay: 60_000 });
      const second = await other.enqueue(echo, 'second', { jobId: 'same', priority: 9 });
      expect(second).toEqual({ ...first, duplicate: true });
      expect((await queue.getStats()).total).toBe(1);
    });

    test('enqueues by name what it knows', async (trial) => {
      const queue = await trial.worker({ jobs: [echo] });
      const [job] = await queue.enqueueMany([{ job: 'echo', payload: 5 }]);
      expect(await trial.time.finish('it runs', queue.waitFor(job?.id ?? ''))).toBe(5);
      await expectCode(queue.enqueueMany([{ job: 'nobody', payload: 1 }]), 'JOBS_UNKNOWN_JOB');
    });

    test('enqueues many in the order given, beyond a thousand', async (trial) => {
      const queue = await trial.queue();
      const items = Array.from({ length: 1_003 }, (_, index) => ({ job: echo, payload: index }));
      const jobs = await queue.enqueueMany(items);
      expect(jobs.map((job) => job.payload)).toEqual(items.map((item) => item.payload));
      expect((await queue.getStats()).waiting).toBe(1_003);
      expect(await queue.enqueueMany([])).toEqual([]);
    });

    test('stores none of many when one is bad, and says which', async (trial) => {
      const queue = await trial.queue();
      const items = [1, Number.NaN, 3].map((payload) => ({ job: echo, payload }));
      const error = await queue.enqueueMany(items).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE', details: { index: 1 } });
      expect((await queue.getStats()).total).toBe(0);
    });

    for (const [kind, value] of ODD_VALUES) {
      test(`gives the handler ${kind} as it was enqueued, and the result back`, async (trial) => {
        const queue = await trial.worker();
        const job = await queue.enqueue(echo, value);
        const result = await trial.result(queue, job);
        expect(result).toStrictEqual(value);
        expect(JSON.stringify(result)).toBe(JSON.stringify(value));
        expect((await queue.getJob(job.id))?.payload).toStrictEqual(value);
      });
    }

    test('gives the handler no payload as undefined, and −0 as 0, as JSON has it', async (trial) => {
      const queue = await trial.worker();
      const nothing = await queue.enqueue(echo, undefined);
      expect(await trial.result(queue, nothing)).toBeUndefined();
      const zero = await queue.enqueue(echo, -0);
      expect(Object.is(await trial.result(queue, zero), 0)).toBe(true);
    });

    test('keeps what was enqueued though the caller changes it later', async (trial) => {
      const queue = await trial.queue();
      const payload = { list: ['a'] };
      const metadata = { list: ['a'] };
      const job = await queue.enqueue(echo, payload, { metadata });
      payload.list.push('b');
      metadata.list.push('b');
      const stored = await queue.getJob(job.id);
      expect([stored?.payload, stored?.metadata]).toEqual([{ list: ['a'] }, { list: ['a'] }]);
    });

    test('refuses an id that a job of another type has, and stores none of many', async (trial) => {
      const one = defineJob({ name: 'one', handler: () => 1 });
      const two = defineJob({ name: 'two', handler: () => 2 });
      const queue = await trial.queue({ jobs: [one, two] });
      await queue.enqueue(one, undefined, { jobId: 'order:1' });
      expect((await queue.enqueue(one, undefined, { jobId: 'order:1' })).duplicate).toBe(true);
      const taken = { details: { jobId: 'order:1', name: 'two', takenBy: 'one' } };
      const refused = queue.enqueue(two, undefined, { jobId: 'order:1' });
      await expect(refused).rejects.toMatchObject({ code: 'JOBS_CONFLICT', ...taken });
      const item = (job: typeof one | typeof two, jobId: string) =>
        ({ job: job as typeof one, payload: undefined, options: { jobId } }) as const;
      for (const items of [
        [item(two, 'order:2'), item(two, 'order:1')],
        [item(two, 'order:3'), item(one, 'order:3')],
      ]) {
        await expect(queue.enqueueMany(items)).rejects.toMatchObject({
          code: 'JOBS_CONFLICT',
          details: { index: 1 },
        });
      }
      expect((await queue.getStats()).total).toBe(1);
    });

    test(
      'keeps the keys of two types apart, unless they are to hold for the whole queue',
      async (trial) => {
        const byId = ({ id }: { id: number }): string => `${id}`;
        const jobs = ['order', 'refund'].map((name) =>
          defineJob({ name, deduplicate: byId, handler: (_payload: { id: number }) => 1 }),
        );
        const queue = await trial.queue({ jobs });
        const stored = await queue.enqueueMany(jobs.map((job) => ({ job, payload: { id: 7 } })));
        expect(stored.map(({ name, duplicate }) => [name, duplicate ?? false])).toEqual([
          ['order', false],
          ['refund', false],
        ]);
        const deduplicate = { key: '7', scope: 'queue' as const };
        const [one, two] = jobs as [(typeof jobs)[0], (typeof jobs)[0]];
        const first = await queue.enqueue(one, { id: 8 }, { deduplicate });
        const second = await queue.enqueue(two, { id: 9 }, { deduplicate });
        expect(second).toMatchObject({ id: first.id, name: 'order', duplicate: true });
        expect((await queue.getStats()).total).toBe(3);
      },
      { needs: 'deduplication' },
    );

    test(
      'finds the job of a key, among those of its name or of the queue, and frees it',
      async (trial) => {
        const order = defineJob({ name: 'order', handler: (_payload: { id: number }) => 1 });
        const queue = await trial.queue({ jobs: [order] });
        const own = await queue.enqueue(order, { id: 1 }, { deduplicate: 'k' });
        const deduplicate = { key: 'k', scope: 'queue' } as const;
        const all = await queue.enqueue(order, { id: 2 }, { deduplicate });
        expect(await queue.findByKey('k', order)).toMatchObject({ id: own.id, payload: { id: 1 } });
        expect((await queue.findByKey('k', 'order'))?.id).toBe(own.id);
        expect((await queue.findByKey('k'))?.id).toBe(all.id);
        expect(await queue.findByKey('k', 'refund')).toBeUndefined();
        expect(await queue.freeKey('k', order)).toBe(true);
        expect(await queue.freeKey('k', order)).toBe(false);
        expect(await queue.findByKey('k', order)).toBeUndefined();
        const next = await queue.enqueue(order, { id: 3 }, { deduplicate: 'k' });
        expect(next.id).not.toBe(own.id);
        expect((await queue.findByKey('k'))?.id).toBe(all.id);
        await expectCode(queue.findByKey(''), 'JOBS_INVALID_ARGUMENT');
        await expectCode(queue.freeKey('k', {} as never), 'JOBS_INVALID_ARGUMENT');
      },
      { needs: 'keys' },
    );

    test(
      'runs a job that is put off again and again, once it has waited for its `maxWait`',
      async (trial) => {
        const { time } = trial;
        const seen: number[] = [];
        const maxWait = 6 * time.delayMs;
        const index = defineJob({
          name: 'index',
          delay: 4 * time.delayMs,
          deduplicate: () => ({ key: 'all', mode: 'extend', maxWait }),
          handler: (payload: number) => void seen.push(payload),
        });
        const queue = await trial.worker({ jobs: [index] });
        const begunAt = time.now();
        const enqueuedAt: number[] = [];
        for (let n = 0; n < 12 && seen.length === 0; n += 1) {
          await queue.enqueue(index, n);
          enqueuedAt.push(time.now());
          await time.pass(time.delayMs);
        }
        expect(seen).toHaveLength(1);
        // All that came within the wait put it off: six on a machine that has time, on a busy one fewer.
        const inTime = enqueuedAt.filter((at) => at < begunAt + maxWait);
        expect(seen[0]).toBeGreaterThanOrEqual(inTime.length - 1);
      },
      { needs: 'deduplication' },
    );

    test(
      'says who holds the key of a job that cannot be put back',
      async (trial) => {
        const job = defineJob({ name: 'job', deduplicate: () => 'only', handler: () => 1 });
        const queue = await trial.queue({ jobs: [job] });
        const first = await queue.enqueue(job, undefined);
        await queue.cancelJob(first.id);
        const second = await queue.enqueue(job, undefined);
        await expect(queue.retryJob(first.id)).rejects.toMatchObject({
          code: 'JOBS_CONFLICT',
          details: { jobId: first.id, heldBy: second.id },
        });
        expect((await queue.getJob(first.id))?.status).toBe('cancelled');
        await queue.cancelJob(second.id);
        await queue.retryJob(first.id);
        expect((await queue.enqueue(job, undefined)).id).toBe(first.id);
      },
      { needs: 'deduplication' },
    );

    test('gives each attempt the payload as it was, though the one before changed it', async (trial) => {
      const seen: string[] = [];
      const greedy = defineJob({
        name: 'greedy',
        backoff: { type: 'fixed', delay: 0 },
        handler: (payload: { list: string[] }) => {
          seen.push(payload.list.join());
          payload.list.push('eaten');
          throw new Error('again');
        },
      });
      const queue = await trial.worker();
      const job = await queue.enqueue(greedy, { list: ['a'] });
      await trial.reaches(queue, job, 'failed');
      expect(seen).toEqual(['a', 'a', 'a']);
      expect((await queue.getJob(job.id))?.payload).toEqual({ list: ['a'] });
    });
  },
};
