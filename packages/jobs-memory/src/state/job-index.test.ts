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

  it('finds those of many whose ids begin alike, whatever leaves', () => {
    const others = Array.from({ length: 10_000 }, (_, i) => stored(`${i}`));
    const step = fc.record({
      /** How the ids begin. */
      start: fc.nat(3),
      /** How many are added. */
      count: fc.integer({ min: 1, max: 900 }),
      /** One of how many stays, of those that began so before. */
      oneStaysOf: fc.constantFrom(1, 2, 10, 500),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const index = new JobIndex();
        for (const job of others) index.add(job);
        const model = new Map<string, StoredJob>();
        const gone: string[] = [];
        let count = 0;
        for (const { start, count: more, oneStaysOf } of steps) {
          const prefix = `a long start${start}`;
          const leaving = [...model.values()].filter(
            ({ id }, at) => id.startsWith(prefix) && at % oneStaysOf !== 0,
          );
          for (const job of leaving.slice(0, 50)) index.delete(job);
          index.deleteAll(leaving.slice(50));
          for (const { id } of leaving) model.delete(id);
          gone.push(...leaving.map(({ id }) => id));
          for (let i = 0; i < more; i++) {
            const job = stored(`${prefix}:${++count}`);
            index.add(job);
            model.set(job.id, job);
          }
          expect(index.size).toBe(others.length + model.size);
        }
        const there = [...others, ...model.values()];
        expect(there.filter((job) => index.get(job.id) !== job)).toEqual([]);
        expect(gone.filter((id) => index.get(id) !== undefined)).toEqual([]);
        index.deleteAll(there);
        expect(index.size).toBe(0);
        expect(there.filter(({ id }) => index.get(id) !== undefined)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('removes a job once, also from a group', () => {
    const index = new JobIndex();
    const jobs = Array.from({ length: 9_000 }, (_, i) => stored(`a long start:${i}`));
    for (const job of jobs) index.add(job);
    const last = jobs.at(-1) as StoredJob;
    index.delete(last);
    index.delete(last);
    index.deleteAll([last]);
    expect(index.size).toBe(8_999);
    expect(index.get(last.id)).toBeUndefined();
    expect(index.get('a long start:8998')).toBe(jobs[8_998]);
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
