import type { Backend, LimitStore, NewJob, WorkflowStore } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { EventLog } from '../event-log.ts';
import type { RunEnding } from '../test-worker.ts';

const error = { name: 'Error', message: 'no' } as const;

async function listen(trial: BackendTrial, backend: Backend): Promise<EventLog> {
  const log = new EventLog(trial.time);
  await log.start(backend);
  return log;
}

/** Events come from every process, and per job in the order in which things happened. */
export const announcing: BackendGroup = {
  title: 'announcing events',
  needs: 'events',
  tests: (test) => {
    test('announces the life of a job in order, to every process', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const logs = [await listen(trial, one), await listen(trial, other)];
      const worker = await trial.work(one, { run: 'hold' });
      const before = trial.time.now();
      await trial.add(other, trial.job({ id: 'a', name: 'send' }));
      const run = await worker.started();
      await one.setProgress({ lease: run.lease, progress: { step: 1 } });
      run.end({ type: 'complete', result: { ok: true } });
      for (const log of logs) {
        await log.saw('a', 'completed');
        expect(log.of('a')).toEqual(['waiting', 'active', 'progress', 'completed']);
        expect(log.all('progress')).toMatchObject([{ jobId: 'a', progress: { step: 1 } }]);
        expect(log.all('completed')).toMatchObject([{ name: 'send', result: { ok: true } }]);
        const times = log.events.map((event) => event.at);
        expect(Math.min(...times)).toBeGreaterThanOrEqual(before - trial.time.precisionMs);
        expect(Math.max(...times)).toBeLessThanOrEqual(trial.time.now() + trial.time.precisionMs);
      }
    });

    test('announces a delayed job when it is stored and when its time comes', async (trial) => {
      const backend = await trial.open();
      const log = await listen(trial, backend);
      await trial.work(backend);
      const job = trial.job({ id: 'a', delay: trial.time.delayMs });
      await trial.add(backend, job);
      await log.saw('a', 'completed');
      expect(log.of('a')).toEqual(['delayed', 'waiting', 'active', 'completed']);
      expect(log.all('delayed')).toMatchObject([{ runAt: job.runAt }]);
    });

    test(
      'announces the new time of a job that another one puts off',
      async (trial) => {
        const { time } = trial;
        const backend = await trial.open();
        const log = await listen(trial, backend);
        const deduplication = { key: 'k', mode: 'extend' } as const;
        const first = trial.job({ id: 'a', delay: time.delayMs, deduplication });
        const next = trial.job({ delay: 3 * time.delayMs, deduplication });
        await trial.add(backend, first);
        await trial.add(backend, next);
        await log.saw('a', 'delayed', 2);
        expect(log.all('delayed')).toMatchObject([{ runAt: first.runAt }, { runAt: next.runAt }]);
      },
      { needs: 'deduplication' },
    );

    test(
      'announces to every process a job that is not stored since another one holds its key',
      async (trial) => {
        const { time } = trial;
        const [one, other] = [await trial.open(), await trial.open()];
        const log = await listen(trial, other);
        const [key, odd] = ['5:k:7', '\ud800:k'];
        const keyed = (id: string, mode: 'drop' | 'replace' | 'extend', by = key): NewJob =>
          trial.job({ id, delay: 1000 * time.delayMs, deduplication: { key: by, mode } });
        await trial.add(one, keyed('a', 'drop'), keyed('x', 'drop', odd));
        await trial.add(one, keyed('b', 'drop'), keyed('c', 'replace'), keyed('d', 'extend'));
        await trial.add(one, keyed('~:1', 'drop', odd));
        // A job with a known id is a duplicate by its id, not by its key: no event.
        await trial.add(one, keyed('a', 'drop'));
        await one.remove({ ids: ['a'] });
        await log.saw('a', 'removed');
        expect(log.all('deduplicated')).toMatchObject([
          { jobId: 'a', name: 'job', deduplicatedJobId: 'b', key },
          { jobId: 'a', name: 'job', deduplicatedJobId: 'c', key },
          { jobId: 'a', name: 'job', deduplicatedJobId: 'd', key },
          { jobId: 'x', name: 'job', deduplicatedJobId: '~:1', key: odd },
        ]);
        expect(log.of('a')).toEqual([
          'delayed',
          ...['deduplicated', 'deduplicated', 'deduplicated', 'delayed'],
          'removed',
        ]);
      },
      { needs: 'deduplication' },
    );

    test('announces an attempt that failed, and the next one', async (trial) => {
      const backend = await trial.open();
      const log = await listen(trial, backend);
      const runAt = trial.time.now() + trial.time.delayMs;
      const outcomes: RunEnding[] = [
        { type: 'retry', error, runAt },
        { type: 'fail', error, attemptUsed: true },
      ];
      await trial.work(backend, { run: (run) => run.end(outcomes.shift()) });
      await trial.add(backend, ...trial.jobs('a'));
      await log.saw('a', 'failed');
      const kinds = log.of('a').filter((kind) => kind !== 'delayed');
      expect(kinds).toEqual(['waiting', 'active', 'retrying', 'waiting', 'active', 'failed']);
      expect(log.all('retrying')).toMatchObject([{ jobId: 'a', error, runAt }]);
      expect(log.all('failed')).toMatchObject([{ jobId: 'a', error }]);
    });

    test('announces a job that is put back as delayed, not as retrying', async (trial) => {
      const backend = await trial.open();
      const log = await listen(trial, backend);
      // So long that it is not over when a busy store records it.
      const runAt = trial.time.now() + 86_400_000;
      const outcomes: RunEnding[] = [{ type: 'snooze', reason: 'snoozed', runAt }];
      await trial.work(backend, { run: (run) => run.end(outcomes.shift()) });
      await trial.add(backend, ...trial.jobs('a'));
      await trial.reaches(backend, 'a', 'delayed');
      expect(await backend.promote({ ids: ['a'] })).toBe(1);
      await log.saw('a', 'completed');
      expect(log.of('a')).toEqual([
        'waiting',
        'active',
        'delayed',
        'waiting',
        'active',
        'completed',
      ]);
    });

    test('announces a cancelled job as cancelled and not as failed', async (trial) => {
      const [backend, other] = [await trial.open(), await trial.open()];
      const log = await listen(trial, other);
      const cancelled = { ...error, code: 'JOBS_CANCELLED' };
      await trial.add(backend, ...trial.jobs('a'));
      await backend.cancel({ id: 'a', error: cancelled });
      await trial.work(backend, {
        run: (run) => run.end({ type: 'cancel', error: cancelled, attemptUsed: true }),
      });
      await trial.add(backend, ...trial.jobs('b'));
      await log.saw('a', 'cancelled');
      await log.saw('b', 'cancelled');
      await trial.time.settle();
      expect(log.of('a')).toEqual(['waiting', 'cancelled']);
      expect(log.of('b')).toEqual(['waiting', 'active', 'cancelled']);
      const [waited, ran] = log.all('cancelled');
      expect([waited, ran]).toMatchObject([{ error: cancelled }, { error: cancelled }]);
      expect(log.all('failed')).toEqual([]);
    });

    test('announces a job whose worker died as stalled, then waiting', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const log = await listen(trial, other);
      const dead = await trial.work(one, { run: 'hold', lockMs });
      await trial.add(one, ...trial.jobs('a'));
      await dead.started();
      const alive = await trial.work(other, { lockMs });
      await one.close({ force: true });
      await time.until('it is redelivered', () => alive.runs.length === 1, 4 * lockMs);
      await log.saw('a', 'completed');
      expect(log.of('a')).toEqual([
        'waiting',
        'active',
        'stalled',
        'waiting',
        'active',
        'completed',
      ]);
    });

    test('announces what calls do: removed, waiting again, paused, resumed', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const log = await listen(trial, other);
      await trial.add(one, ...trial.jobs('a'), trial.job({ id: 'b', delay: 1_000_000 }));
      await one.setPaused({ paused: true });
      await one.promote({ ids: ['b'] });
      await one.remove({ ids: ['a'] });
      await one.cancel({ id: 'b', error });
      await one.retry({ ids: ['b'] });
      await one.setPaused({ paused: true });
      await one.setPaused({ paused: false });
      await one.setPaused({ paused: false });
      await log.saw('a', 'removed');
      await log.saw('b', 'cancelled');
      await trial.time.until('it resumes', () => log.all('resumed').length === 1);
      expect([log.of('a'), log.of('b')]).toEqual([
        ['waiting', 'removed'],
        ['delayed', 'waiting', 'cancelled', 'waiting'],
      ]);
      expect(log.all('paused')).toHaveLength(1);
    });

    test(
      'announces a job that is changed only when it becomes ready, or gets another time',
      async (trial) => {
        const backend = await trial.open();
        const log = await listen(trial, backend);
        await trial.add(backend, trial.job({ id: 'a' }));
        const later = trial.time.now() + 1_000_000;
        for (const changes of [
          { priority: 5 },
          { runAt: 0 },
          { maxAttempts: 2 },
          { runAt: later },
          { priority: 2 },
          { runAt: later + 1000 },
          { runAt: 0 },
        ]) {
          await backend.updates?.update({ ids: ['a'], changes });
        }
        await backend.remove({ ids: ['a'] });
        await log.saw('a', 'removed');
        expect(log.of('a')).toEqual(['waiting', 'delayed', 'delayed', 'waiting', 'removed']);
      },
      { needs: 'updates' },
    );

    test('announces that the last job which waited has ended, however it did', async (trial) => {
      const backend = await trial.open();
      const log = await listen(trial, backend);
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await trial.add(backend, ...trial.jobs('a', 'b', 'c'));
      const runs = [await worker.started(0), await worker.started(1)];
      runs[0]?.end();
      runs.push(await worker.started(2));
      runs[1]?.end();
      await log.saw('b', 'completed');
      await trial.time.settle();
      expect(log.all('drained')).toHaveLength(0);
      runs[2]?.end({ type: 'fail', error, attemptUsed: true });
      await log.drained();
      expect(log.ends()).toEqual(['completed', 'completed', 'failed', 'drained']);
    });

    test('announces that the last job has ended when that lost its worker too often', async (trial) => {
      const { time } = trial;
      const { lockMs } = time;
      const [one, other] = [await trial.open(), await trial.open()];
      const log = await listen(trial, other);
      const dead = await trial.work(one, { run: 'hold', maxStalledCount: 0, lockMs });
      await trial.add(one, ...trial.jobs('a'));
      await dead.started();
      await one.close({ force: true });
      await trial.work(other, { maxStalledCount: 0, lockMs });
      await log.drained(6 * lockMs);
      expect(log.ends()).toEqual(['failed', 'drained']);
    });

    test('announces no end of all while a job is put off, until it ends', async (trial) => {
      const backend = await trial.open();
      const log = await listen(trial, backend);
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, trial.job({ id: 'a' }));
      const runAt = trial.time.now() + trial.time.delayMs;
      (await worker.started()).end({ type: 'retry', error, runAt });
      await worker.started(1);
      expect(log.all('drained')).toHaveLength(0);
      worker.runs[1]?.end();
      await log.drained();
      expect(log.ends()).toEqual(['completed', 'drained']);
    });

    test(
      'announces no end of all while limits keep jobs from starting',
      async (trial) => {
        const backend = await trial.open();
        const limits = backend.limits as LimitStore;
        const log = await listen(trial, backend);
        await limits.setPaused({ name: 'job', paused: true });
        const later = { name: 'later', delay: 1000 * trial.time.delayMs };
        await trial.add(backend, trial.job({ id: 'a' }), trial.job({ id: 'b', ...later }));
        expect(await backend.cancel({ id: 'b', error })).toBe('cancelled');
        await trial.work(backend);
        await limits.setPaused({ name: 'job', paused: false });
        await log.drained();
        expect(log.ends()).toEqual(['cancelled', 'completed', 'drained']);
      },
      { needs: 'limits' },
    );

    test(
      'announces no end of all while a job is about to be released, until that ends',
      async (trial) => {
        const backend = await trial.open();
        const log = await listen(trial, backend);
        await trial.work(backend);
        const ref = { queueName: trial.queueName, id: 'a' };
        const jobs = [trial.job({ id: 'a' }), trial.job({ id: 'b', dependsOn: [ref] })];
        await (backend.workflows as WorkflowStore).add({ jobs });
        await log.saw('b', 'completed');
        expect(log.of('b')).toEqual(['waiting', 'active', 'completed']);
        await log.drained();
        expect(log.ends()).toEqual(['completed', 'completed', 'drained']);
      },
      { needs: 'workflows' },
    );

    test(
      'announces no end of all while a job is about to be released, though the clock of who added it is ahead',
      async (trial) => {
        const backend = await trial.open();
        const log = await listen(trial, backend);
        await trial.work(backend);
        const dependsOn = [{ queueName: trial.queueName, id: 'a' }];
        const createdAt = trial.time.now() + 3_600_000;
        const later = { id: 'a', delay: 1000 * trial.time.delayMs };
        const next = { id: 'b', createdAt, dependsOn, onDependencyFailure: 'continue' } as const;
        await (backend.workflows as WorkflowStore).add({
          jobs: [trial.job(later), trial.job(next)],
        });
        expect(await backend.cancel({ id: 'a', error })).toBe('cancelled');
        await log.saw('b', 'completed');
        await log.drained();
        expect(log.ends()).toEqual(['cancelled', 'completed', 'drained']);
      },
      { needs: 'workflows' },
    );

    test(
      'announces that all has ended although a job is about to become delayed',
      async (trial) => {
        const backend = await trial.open();
        const log = await listen(trial, backend);
        await trial.work(backend);
        const ref = { queueName: trial.queueName, id: 'a' };
        const delay = 1000 * trial.time.delayMs;
        const jobs = [trial.job({ id: 'a' }), trial.job({ id: 'b', delay, dependsOn: [ref] })];
        await (backend.workflows as WorkflowStore).add({ jobs });
        await log.drained();
        expect(log.ends()).toEqual(['completed', 'drained']);
      },
      { needs: 'workflows' },
    );

    test(
      'announces that all has ended although more jobs are about to become delayed than one call releases',
      async (trial) => {
        const backend = await trial.open();
        const log = await listen(trial, backend);
        await trial.work(backend);
        const dependsOn = [{ queueName: trial.queueName, id: 'a' }];
        const delay = 1000 * trial.time.delayMs;
        const jobs = Array.from({ length: 250 }, () => trial.job({ delay, dependsOn }));
        await (backend.workflows as WorkflowStore).add({ jobs: [trial.job({ id: 'a' }), ...jobs] });
        await log.drained();
        expect(log.ends()).toEqual(['completed', 'drained']);
      },
      { needs: 'workflows' },
    );

    test('announces each job of a batch', async (trial) => {
      const backend = await trial.open();
      const log = await listen(trial, backend);
      // A slot for each: a job that was handed out ahead of its slot may be given back, and is announced again.
      await trial.work(backend, { concurrency: 200 });
      const jobs = Array.from({ length: 200 }, () => trial.job());
      await trial.add(backend, ...jobs);
      await trial.time.until('all complete', () => log.all('completed').length === 200);
      for (const { id } of jobs) expect(log.of(id)).toEqual(['waiting', 'active', 'completed']);
    });

    test('delivers nothing after unsubscribing, which may be done twice', async (trial) => {
      const backend = await trial.open();
      const [stopped, listening] = [await listen(trial, backend), await listen(trial, backend)];
      await Promise.all([stopped.stop(), stopped.stop()]);
      await trial.add(backend, ...trial.jobs('a'));
      await listening.saw('a', 'waiting');
      expect(stopped.events).toEqual([]);
    });

    test('hands out events whose contents no other listener sees changed', async (trial) => {
      const backend = await trial.open();
      const [first, second] = [await listen(trial, backend), await listen(trial, backend)];
      await trial.work(backend, {
        run: (run) => run.end({ type: 'complete', result: { rows: [1] } }),
      });
      await trial.add(backend, ...trial.jobs('a'));
      await first.saw('a', 'completed');
      await second.saw('a', 'completed');
      for (const event of first.all('completed')) (event.result as { rows: number[] }).rows.push(2);
      expect((await trial.get(backend, 'a')).result).toEqual({ rows: [1] });
    });
  },
};
