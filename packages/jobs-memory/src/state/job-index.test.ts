import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newJob } from '../../test/support/new-job.ts';
import { JobIndex } from './job-index.ts';
import { JobKinds } from './job-kind.ts';
import { StoredJob } from './stored-job.ts';

const kinds = new JobKinds();
const stored = (id: string): StoredJob => new StoredJob(newJob(id), kinds.of(newJob(id)));

describe('JobIndex', () => {
  it('finds what was added and not removed, as a Map does', () => {
    const id = fc.oneof(fc.nat(60).map(String), fc.string({ maxLength: 4 }));
    const change = fc.record({ id, add: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
        const index = new JobIndex();
        const model = new Map<string, StoredJob>();
        for (const { id, add } of changes) {
          if (!add) {
            index.delete(model.get(id) ?? stored(id));
            model.delete(id);
          } else if (!model.has(id)) {
            const job = stored(id);
            index.add(job);
            model.set(id, job);
          }
          expect(index.get(id)).toBe(model.get(id));
        }
        expect(index.size).toBe(model.size);
        for (const { id } of changes) expect(index.get(id)).toBe(model.get(id));
      }),
    );
  });

  it('grows and shrinks with its jobs', () => {
    const index = new JobIndex();
    const jobs = Array.from({ length: 20_000 }, (_, i) => stored(`job:${i}`));
    for (const job of jobs) index.add(job);
    expect(jobs.every((job) => index.get(job.id) === job)).toBe(true);
    for (const job of jobs.slice(10)) index.delete(job);
    expect(jobs.filter((job) => index.get(job.id) === job)).toEqual(jobs.slice(0, 10));
    expect(index.size).toBe(10);
  });
});
