import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';
import type { QueueTrial } from '../queue-trial.ts';

interface Change {
  readonly user: string;
  readonly n: number;
}

/** Makes a job of which the first run of a user's first change fails. */
function failingOnce({ time }: QueueTrial, onFailure?: 'hold') {
  const starts: string[] = [];
  const job = defineJob({
    name: 'change',
    attempts: onFailure === undefined ? 2 : 1,
    backoff: { type: 'fixed', delay: 4 * time.delayMs },
    concurrency: {
      ...{ max: 1, strict: true, key: ({ user }: Change) => user },
      ...(onFailure !== undefined && { onFailure }),
    },
    handler: ({ user, n }: Change) => {
      const start = `${user}${n}`;
      const isFirst = !starts.includes(start);
      starts.push(start);
      if (n === 1 && isFirst) throw new Error('the first time');
    },
  });
  const changes = (user: string) => [1, 2, 3].map((n) => ({ job, payload: { user, n } }));
  return { job, starts, changes };
}

/** Jobs of a strict key run one after the other, whatever happens to each. */
export const keepingOrderByKey: QueueGroup = {
  title: 'keeping the order of a key',
  needs: 'strictOrder',
  tests: (test) => {
    test('runs the jobs of a key in order though the first is tried again', async (trial) => {
      const { job, starts, changes } = failingOnce(trial);
      const queue = await trial.worker({ jobs: [job], concurrency: 5 });
      const jobs = await queue.enqueueMany([...changes('a'), ...changes('b')]);
      for (const { id } of jobs) await trial.reaches(queue, id, 'completed');
      const of = (user: string): string[] => starts.filter((start) => start.startsWith(user));
      expect(of('a')).toEqual(['a1', 'a1', 'a2', 'a3']);
      expect(of('b')).toEqual(['b1', 'b1', 'b2', 'b3']);
    });

    test('names the job that holds a key, and goes on when it is retried', async (trial) => {
      const { job, starts, changes } = failingOnce(trial, 'hold');
      const queue = await trial.worker({ jobs: [job], concurrency: 5 });
      const [first, second, third] = await queue.enqueueMany(changes('a'));
      await trial.reaches(queue, first?.id ?? '', 'failed');
      await trial.time.settle();
      expect(starts).toEqual(['a1']);
      const { reasons } = await queue.explain(second?.id ?? '');
      expect(reasons.map(({ reason }) => reason)).toEqual(['concurrency-full']);
      expect(reasons[0]?.message).toContain(first?.id);
      await queue.retryJob(first?.id ?? '');
      await trial.reaches(queue, third?.id ?? '', 'completed');
      expect(starts).toEqual(['a1', 'a1', 'a2', 'a3']);
    });
  },
};
