import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';
import { kindsOf } from '../queue-trial.ts';

/** Listeners get the same events on every process, in the right order. */
export const watching: QueueGroup = {
  title: 'watching',
  tests: (test) => {
    test(
      'tells the life of a job in order, on every process',
      async (trial) => {
        const steady = defineJob({
          name: 'steady',
          handler: async (_payload: undefined, ctx) => {
            await ctx.updateProgress({ step: 1 });
            return 'done';
          },
        });
        const queues = [await trial.worker({ jobs: [steady] }), await trial.queue()];
        const logs = await Promise.all(queues.map((queue) => trial.listen(queue)));
        const job = await (queues[1] as (typeof queues)[0]).enqueue(steady, undefined);
        for (const events of logs) {
          await trial.time.until('it completes', () => kindsOf(events, job).includes('completed'));
          expect(kindsOf(events, job)).toEqual(['waiting', 'active', 'progress', 'completed']);
          const completed = events.find((event) => event.type === 'completed');
          expect(completed).toMatchObject({
            name: 'steady',
            queueName: trial.queueName,
            result: 'done',
          });
          expect(completed?.at).toBeInstanceOf(Date);
        }
      },
      { needs: 'events' },
    );

    test(
      'tells of a job that was not stored for its key, with the key as the definition names it',
      async (trial) => {
        const mail = defineJob({
          name: 'mail',
          deduplicate: (to: string) => ({ key: to, scope: to === 'all' ? 'queue' : 'name' }),
          handler: () => undefined,
        });
        const queue = await trial.queue({ jobs: [mail] });
        const events = await trial.listen(await trial.queue());
        const ids: string[] = [];
        for (const to of ['ada', '4:ada', 'all']) {
          ids.push((await queue.enqueue(mail, to)).id);
          expect(await queue.enqueue(mail, to)).toMatchObject({ id: ids.at(-1), duplicate: true });
        }
        const told = () => events.filter((event) => event.type === 'deduplicated');
        await trial.time.until('all are told', () => told().length === 3);
        expect(told()).toMatchObject([
          { jobId: ids[0], name: 'mail', key: 'ada', queueName: trial.queueName },
          { jobId: ids[1], name: 'mail', key: '4:ada' },
          { jobId: ids[2], name: 'mail', key: 'all' },
        ]);
      },
      { needs: 'events' },
    );

    test(
      'tells retries, the final failure, and a cancellation, which is no failure',
      async (trial) => {
        const bad = defineJob({
          name: 'bad',
          attempts: 2,
          backoff: { type: 'fixed', delay: 0 },
          handler: (): void => {
            throw new Error('no');
          },
        });
        const queue = await trial.queue({ jobs: [bad] });
        const events = await trial.listen(queue);
        const cancelled = await queue.enqueue(bad, undefined);
        await queue.cancelJob(cancelled.id);
        const job = await queue.enqueue(bad, undefined);
        await queue.process();
        await trial.time.until('it fails', () => kindsOf(events, job).includes('failed'));
        const kinds = kindsOf(events, job).filter((kind) => kind !== 'delayed');
        expect(kinds).toEqual(['waiting', 'active', 'retrying', 'waiting', 'active', 'failed']);
        expect(kindsOf(events, cancelled)).toEqual(['waiting', 'cancelled']);
        expect(events.find((event) => event.type === 'retrying')).toMatchObject({
          error: { message: 'no' },
        });
      },
      { needs: 'events' },
    );

    test(
      'tells what is done to a queue',
      async (trial) => {
        const job = defineJob({ name: 'job', handler: () => 1 });
        const queue = await trial.queue({ jobs: [job] });
        const events = await trial.listen(queue);
        await queue.pause();
        const { id } = await queue.enqueue(job, undefined, { delay: 60_000 });
        await queue.removeJob(id);
        await queue.resume();
        await trial.time.until('it resumes', () =>
          events.some((event) => event.type === 'resumed'),
        );
        expect(events.map((event) => event.type)).toEqual([
          'paused',
          'delayed',
          'removed',
          'resumed',
        ]);
      },
      { needs: 'events' },
    );

    test(
      'iterates over events until the signal aborts',
      async (trial) => {
        const job = defineJob({ name: 'job', handler: () => 1 });
        const queue = await trial.worker({ jobs: [job] });
        const controller = new AbortController();
        const seen: string[] = [];
        const iterating = (async () => {
          for await (const event of queue.events({ signal: controller.signal })) {
            // An error that is not expected tells what it is.
            seen.push(event.type === 'error' ? String(event.error) : event.type);
            if (event.type === 'completed') controller.abort();
          }
        })();
        await queue.isPaused();
        await queue.enqueue(job, undefined);
        await trial.time.finish('the iteration ends', iterating);
        expect(seen.slice(0, 2)).toEqual(['waiting', 'active']);
      },
      { needs: 'events' },
    );

    test(
      'calls a listener until it is taken off, and a single-use one once',
      async (trial) => {
        const job = defineJob({ name: 'job', handler: () => 1 });
        const queue = await trial.worker({ jobs: [job] });
        const calls: string[] = [];
        const listener = (): void => void calls.push('on');
        const off = queue.on('completed', listener);
        queue.once('completed', () => void calls.push('once'));
        for (let run = 0; run < 2; run++) {
          await trial.reaches(queue, await queue.enqueue(job, undefined), 'completed');
          await trial.time.until('it is called', () => calls.length >= run + 2);
        }
        off();
        await trial.reaches(queue, await queue.enqueue(job, undefined), 'completed');
        await trial.time.settle();
        expect(calls).toEqual(['on', 'once', 'on']);
      },
      { needs: 'events' },
    );

    test(
      'reports what a listener throws, which changes nothing',
      async (trial) => {
        const job = defineJob({ name: 'job', handler: () => 1 });
        const queue = await trial.worker({ jobs: [job] });
        const errors: string[] = [];
        queue.on('error', ({ error }) => void errors.push(error.message));
        queue.on('completed', () => {
          throw new Error('listener');
        });
        expect(await trial.result(queue, await queue.enqueue(job, undefined))).toBe(1);
        // A store on a busy machine may be late, which is reported too.
        await trial.time.until('it is reported', () => errors.includes('listener'));
        expect(errors.filter((message) => message === 'listener')).toEqual(['listener']);
      },
      { needs: 'events' },
    );

    test(
      'shows what a handler logs to other processes, all of it once the job has ended',
      async (trial) => {
        const talkative = defineJob({
          name: 'talkative',
          handler: (_payload: undefined, ctx) => {
            ctx.log('step %d', 1, { done: true });
            ctx.log('two\nlines');
          },
        });
        await trial.worker({ jobs: [talkative] });
        const other = await trial.queue();
        const job = await trial.reaches(
          other,
          await other.enqueue(talkative, undefined),
          'completed',
        );
        const { lines, total } = await other.getLogs(job.id);
        expect(lines.map((line) => line.message)).toEqual([
          'step 1 { done: true }',
          'two',
          'lines',
        ]);
        expect([total, lines[0]?.attempt]).toEqual([3, 1]);
        expect((await other.getLogs(job.id, { offset: 2, limit: 5 })).lines).toHaveLength(1);
      },
      { needs: 'logs' },
    );
  },
};
