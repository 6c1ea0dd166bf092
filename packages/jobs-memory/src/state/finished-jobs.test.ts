import type { Retention } from '@philjs/jobs-core/backend';
import { describe, expect, it } from 'vitest';
import { newJob } from '../../test/support/new-job.ts';
import { FinishedJobs } from './finished-jobs.ts';
import { JobKinds } from './job-kind.ts';
import { StoredJob } from './stored-job.ts';

const kinds = new JobKinds();
const few = { ageMs: 1000, count: 2 };

/** Keeps finished jobs, and the ids of those that were removed. */
function finished(keep: Retention = few): {
  readonly jobs: FinishedJobs;
  readonly removed: string[];
  readonly end: (id: string, name?: string) => StoredJob;
} {
  const removed: string[] = [];
  const jobs = new FinishedJobs((gone) => removed.push(...gone.map(({ id }) => id)));
  let seq = 0;
  const end = (id: string, name = 'work'): StoredJob => {
    const fresh = newJob(id, { name });
    const job = new StoredJob(fresh, kinds.of(fresh));
    job.seq = ++seq;
    job.finishedAt = seq;
    jobs.add(job, keep, seq);
    return job;
  };
  return { jobs, removed, end };
}

const idsOf = (jobs: FinishedJobs): string[] => [...jobs.ascending()].map(({ id }) => id);

describe('finished jobs', () => {
  it('keeps the latest of one name', () => {
    const { jobs, removed, end } = finished();
    for (const id of ['a', 'b', 'c']) end(id);
    expect(idsOf(jobs)).toEqual(['b', 'c']);
    expect(removed).toEqual(['a']);
  });

  it('keeps as many of each name when a second one comes', () => {
    const { jobs, removed, end } = finished();
    for (const id of ['a', 'b', 'c']) end(id);
    for (const id of ['x', 'y', 'z']) end(id, 'other');
    expect(idsOf(jobs)).toEqual(['b', 'c', 'y', 'z']);
    end('d');
    expect(idsOf(jobs)).toEqual(['c', 'y', 'z', 'd']);
    expect(removed).toEqual(['a', 'x', 'b']);
  });

  it.each([['one name'], ['two names']])('takes out any of them, with %s', (names) => {
    const { jobs, end } = finished();
    const [first, second] = [end('a'), end('b')];
    if (names === 'two names') end('x', 'other');
    jobs.delete(second);
    jobs.delete(first);
    expect(idsOf(jobs)).toEqual(names === 'two names' ? ['x'] : []);
    for (const id of ['c', 'd', 'e']) end(id);
    expect(idsOf(jobs).filter((id) => id !== 'x')).toEqual(['d', 'e']);
  });

  it('keeps the bound of the first name after all of its jobs are gone', () => {
    const { jobs, end } = finished();
    jobs.delete(end('a'));
    for (const id of ['x', 'y', 'z']) end(id, 'other');
    expect(idsOf(jobs)).toEqual(['y', 'z']);
  });

  it('drops those of every name that are kept long enough', () => {
    const { jobs, removed, end } = finished();
    end('a');
    jobs.dropExpired(1002, () => few);
    end('x', 'other');
    end('b');
    jobs.dropExpired(1003, () => few);
    expect(idsOf(jobs)).toEqual(['b']);
    expect(removed).toEqual(['a', 'x']);
  });

  it.each([
    { count: 49, spare: 0 },
    { count: 100, spare: 2 },
    { count: 5000, spare: 20 },
  ])(
    'leaves 2 % beyond $count to later finishes, 20 at most, and then keeps $count',
    ({ count, spare }) => {
      const { jobs, removed, end } = finished({ ageMs: 1_000_000, count });
      for (let n = 0; n < count + spare; n++) end(`${n}`);
      expect([jobs.size, removed]).toEqual([count + spare, []]);
      end('last');
      expect(jobs.size).toBe(count);
      expect(removed).toEqual(Array.from({ length: spare + 1 }, (_, n) => `${n}`));
    },
  );
});
