import type { Backend, ScheduleStore } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { EventLog } from '../event-log.ts';
import { put } from '../scheduled.ts';

/** The time `close` may take at most, in milliseconds. */
const BOUND_MS = 5_000;

function closes(trial: BackendTrial, ...backends: readonly Backend[]): Promise<unknown> {
  const closing = backends.map((backend) => backend.close());
  return trial.time.finish('it closes', Promise.all(closing), BOUND_MS);
}

/** `close` ends within its time, in every situation, and is safe to call twice (promise 15). */
export const closing: BackendGroup = {
  title: 'closing',
  tests: (test) => {
    test('closes though it was never opened', async (trial) => {
      await closes(trial, await trial.create());
    });

    test('closes while it opens', async (trial) => {
      const backend = await trial.create();
      const opened = backend.open().catch(() => undefined);
      await closes(trial, backend);
      await trial.time.finish('opening ends', opened, BOUND_MS);
    });

    test('closes twice, one after the other and at once', async (trial) => {
      const backend = await trial.open();
      await closes(trial, backend, backend);
      await closes(trial, backend);
      await trial.time.finish('it closes by force', backend.close({ force: true }), BOUND_MS);
    });

    test('closes during calls, each of which ends', async (trial) => {
      const backend = await trial.open();
      const calls = [
        backend.add({ jobs: [trial.job()] }),
        backend.counts(),
        backend.get({ id: 'a' }),
        backend.setPaused({ paused: false }),
        backend.list({ statuses: ['waiting'], order: 'oldest', limit: 10 }),
      ];
      const ended = Promise.allSettled(calls);
      await closes(trial, backend);
      await trial.time.finish('the calls end', ended, BOUND_MS);
    });

    test('gives active jobs back without waiting for them', async (trial) => {
      const { time } = trial;
      const [one, other] = [await trial.open(), await trial.open()];
      // So long that it cannot be the end of the lease that gives the job to the other one.
      const lockMs = 100 * time.lockMs;
      const worker = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      const run = await worker.started();
      await closes(trial, one);
      expect(run.aborts.map(({ error }) => error.code)).toEqual(['JOBS_WORKER_STOPPED']);
      expect(await trial.get(other, 'a')).toMatchObject({ status: 'waiting', attemptsMade: 0 });
      const next = await trial.work(other);
      await next.started();
      expect(time.now()).toBeLessThan(run.startedAt + lockMs);
    });

    test('starts nothing any more once closed', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(one);
      await trial.time.settle();
      await closes(trial, one);
      await trial.add(other, ...trial.jobs('a'));
      await trial.time.pass(trial.time.delayMs);
      expect([worker.runs.length, (await other.counts()).waiting]).toEqual([0, 1]);
    });

    test('closed by force, gives nothing back and records nothing more', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(one, { run: 'hold' });
      await trial.add(one, ...trial.jobs('a'));
      const run = await worker.started();
      await trial.time.finish('it closes by force', one.close({ force: true }), BOUND_MS);
      expect((await trial.get(other, 'a')).status).toBe('active');
      run.end({ type: 'complete', result: 'from beyond' });
      await trial.time.settle();
      expect((await trial.get(other, 'a')).status).toBe('active');
    });

    test(
      'delivers no event any more once closed',
      async (trial) => {
        const [closed, other] = [await trial.open(), await trial.open()];
        const [ended, live] = [new EventLog(trial.time), new EventLog(trial.time)];
        for (const [log, backend] of [[ended, closed] as const, [live, other] as const]) {
          await log.start(backend);
        }
        await closed.close();
        await trial.add(other, ...trial.jobs('a'));
        await live.saw('a', 'waiting');
        await trial.time.settle();
        expect(ended.events).toEqual([]);
      },
      { needs: 'events' },
    );

    test(
      'reports no change of schedules any more once closed',
      async (trial) => {
        const [closed, other] = [await trial.open(), await trial.open()];
        const seen: string[] = [];
        await closed.schedules?.watch({ onChange: () => seen.push('closed') });
        await other.schedules?.watch({ onChange: () => seen.push('other') });
        await closed.close();
        await put(other.schedules as ScheduleStore, 'a');
        await trial.time.until('the other hears of it', () => seen.includes('other'));
        await trial.time.settle();
        expect(seen).not.toContain('closed');
      },
      { needs: 'schedules' },
    );

    test('closing one process leaves the others alone', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      await trial.add(one, ...trial.jobs('a'));
      const worker = await trial.work(other);
      await closes(trial, one);
      await trial.reaches(other, 'a', 'completed');
      await trial.add(other, ...trial.jobs('b'));
      await trial.reaches(other, 'b', 'completed');
      expect(worker.ids).toEqual(['a', 'b']);
    });

    test(
      'keeps all it stored for the next one that opens the queue',
      async (trial) => {
        const first = await trial.open();
        await trial.work(first);
        await trial.add(first, trial.job({ id: 'done', payload: { keep: 1 } }));
        await trial.reaches(first, 'done', 'completed');
        await first.setPaused({ paused: true });
        await trial.add(first, ...trial.jobs('a', 'b'), trial.job({ id: 'c', delay: 1_000_000 }));
        const before = await trial.list(first, ['waiting', 'delayed', 'completed']);
        await closes(trial, first);
        const second = await trial.open();
        expect(await second.isPaused()).toBe(true);
        expect(await trial.list(second, ['waiting', 'delayed', 'completed'])).toEqual(before);
        expect(await second.counts()).toMatchObject({ waiting: 2, delayed: 1, completed: 1 });
      },
      { needs: 'durable' },
    );
  },
};
