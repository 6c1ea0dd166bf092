import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

/** Old and new versions of a program work side by side. */
export const deploying: QueueGroup = {
  title: 'deploying',
  tests: (test) => {
    const old = defineJob({
      name: 'greet',
      handler: (payload: { name: string }) => `old ${payload.name}`,
    });
    const current = defineJob({
      name: 'greet',
      version: 3,
      migrate: {
        1: ({ name }: { name: string }) => ({ first: name }),
        2: ({ first }: { first: string }) => ({ first, locale: 'en' }),
      },
      handler: (payload: { first: string; locale: string }) =>
        `new ${payload.first} ${payload.locale}`,
    });

    test('brings old payloads to the version the worker knows, step by step', async (trial) => {
      const producer = await trial.queue();
      const job = await producer.enqueue(old, { name: 'ada' });
      await trial.worker({ jobs: [current] });
      expect(await trial.result(producer, job as typeof job)).toBe('new ada en');
    });

    test('fails a job at once whose payload cannot be brought to that version', async (trial) => {
      const broken = defineJob({
        name: 'greet',
        version: 2,
        migrate: {
          1: (): never => {
            throw new Error('no way');
          },
        },
        handler: () => 1,
      });
      const producer = await trial.queue();
      const job = await producer.enqueue(old, { name: 'ada' });
      await trial.worker({ jobs: [broken] });
      const failed = await trial.reaches(producer, job, 'failed');
      expect(failed.error?.code).toBe('JOBS_MIGRATION_FAILED');
    });

    test('leaves a newer version to a worker that knows it', async (trial) => {
      const producer = await trial.queue();
      await trial.worker({ jobs: [old] });
      const job = await producer.enqueue(current, { first: 'ada', locale: 'fr' });
      await trial.reaches(producer, job, 'delayed');
      await trial.worker({ jobs: [current] });
      expect(await trial.result(producer, job)).toBe('new ada fr');
      expect((await producer.getJob(job.id))?.attemptsMade).toBe(1);
    });

    test('leaves an unknown job to a worker that knows it, without looking at it again and again', async (trial) => {
      const known = defineJob({ name: 'known', handler: () => 'ran' });
      const producer = await trial.queue();
      await trial.worker({ jobs: [old] });
      const job = await producer.enqueue(known, undefined);
      await trial.reaches(producer, job, 'delayed');
      await trial.time.pass(trial.time.isVirtual ? 60_000 : 500);
      const left = await producer.getJob(job.id);
      expect([left?.attemptsMade, left?.error]).toEqual([0, undefined]);
      expect(left?.fencingToken).toBeLessThan(20);
      await trial.worker({ jobs: [known] });
      expect(await trial.time.finish('it runs', producer.waitFor(job), 40_000)).toBe('ran');
    });
  },
};
