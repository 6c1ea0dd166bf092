import { describe, expect, it } from 'vitest';
import type { NewJob } from '../contract/new-job.ts';
import { inOrderOfDependencies } from './order-dependents.ts';

const job = (id: string, ...dependsOn: readonly string[]): NewJob =>
  ({
    id,
    name: 'job',
    dependsOn: dependsOn.map((to) => {
      const [queueName = 'q', other] = to.split('/');
      return other === undefined ? { queueName: 'q', id: to } : { queueName, id: other };
    }),
  }) as unknown as NewJob;

const ids = (jobs: readonly NewJob[]): string => jobs.map(({ id }) => id).join(' ');

describe('the order of jobs that depend on each other', () => {
  it('puts each behind what it waits for, and leaves the others where they are', () => {
    const jobs = [job('x'), job('d', 'b', 'c'), job('c', 'a'), job('b', 'a'), job('a'), job('y')];
    expect(ids(inOrderOfDependencies(jobs, 'q'))).toBe('x a b c d y');
  });

  it('leaves the jobs of a batch as they are', () => {
    const jobs = [job('a'), job('b'), job('other', 'q2/b'), job('last', 'a', 'b', 'other')];
    expect(inOrderOfDependencies(jobs, 'q')).toBe(jobs);
  });

  it('ignores jobs that are stored already, and those of other queues', () => {
    const jobs = [job('a', 'stored', 'other/b'), job('b', 'a')];
    expect(ids(inOrderOfDependencies(jobs, 'q'))).toBe('a b');
  });

  it('takes the first of several jobs with one id', () => {
    const [first, second] = [job('a'), job('a', 'b')];
    expect(inOrderOfDependencies([first, second], 'q')).toEqual([first]);
  });

  it('takes a chain of 10,000 jobs in the wrong order', () => {
    const jobs = Array.from({ length: 10_000 }, (_, index) => job(`${index}`, `${index + 1}`));
    expect(inOrderOfDependencies(jobs, 'q').at(0)?.id).toBe('9999');
  });

  it('names the circle, not what leads to it', () => {
    const jobs = [job('lead', 'a'), job('a', 'b'), job('b', 'c'), job('c', 'a')];
    expect(() => inOrderOfDependencies(jobs, 'q')).toThrow(
      expect.objectContaining({ details: { field: 'dependsOn', cycle: ['a', 'b', 'c', 'a'] } }),
    );
  });
});
