import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newJob } from '../../test/support/new-job.ts';
import { JobKinds } from '../state/job-kind.ts';
import { StoredJob } from '../state/stored-job.ts';
import { JobChain } from './job-chain.ts';

const kinds = new JobKinds();

function jobAt(seq: number): StoredJob {
  const job = newJob(`${seq}`);
  const stored = new StoredJob(job, kinds.of(job));
  stored.seq = seq;
  return stored;
}

function chainOf(seqs: readonly number[]): { chain: JobChain; jobs: StoredJob[] } {
  const chain = new JobChain();
  const jobs = seqs.map(jobAt);
  for (const job of jobs) chain.insert(job);
  return { chain, jobs };
}

const seqsOf = (jobs: Iterable<StoredJob>): number[] => [...jobs].map(({ seq }) => seq);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('JobChain', () => {
  it('is empty at first, and again when the last job has left', () => {
    const { chain, jobs } = chainOf([]);
    expect(chain.size).toBe(0);
    expect(chain.first).toBeUndefined();
    expect([...chain.ascending(), ...chain.descending()]).toEqual([]);
    jobs.push(jobAt(7));
    chain.insert(jobs[0]!);
    expect(chain.shift()).toBe(jobs[0]);
    expect(chain.first).toBeUndefined();
    chain.insert(jobAt(3));
    expect(seqsOf(chain.ascending())).toEqual([3]);
  });

  it('gives a job that left no reference to another', () => {
    const { chain, jobs } = chainOf(upTo(200));
    for (const job of [jobs[100]!, jobs[0]!, jobs[199]!, jobs[63]!]) chain.delete(job);
    chain.shift();
    for (const index of [0, 1, 63, 100, 199]) expect(jobs[index]!.rare?.next).toBeUndefined();
  });

  it('finds jobs among thousands that were all added between two others', () => {
    const { chain, jobs } = chainOf([1, 10_000]);
    for (let seq = 9_999; seq > 1; seq--) {
      jobs.push(jobAt(seq));
      chain.insert(jobs.at(-1)!);
    }
    for (let index = 2; index < jobs.length; index += 2) chain.delete(jobs[index]!);
    const left = jobs.filter((_, index) => index < 2 || index % 2 === 1);
    expect(seqsOf(chain.ascending())).toEqual(seqsOf(left).sort((a, b) => a - b));
  });

  it('does what a sorted array does', () => {
    const operation = fc.record({
      type: fc.constantFrom('append', 'append', 'insert', 'shift', 'delete'),
      at: fc.nat({ max: 999 }),
      count: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 12 }), (steps) => {
        const { chain } = chainOf([]);
        const model: StoredJob[] = [];
        const used = new Set<number>();
        let last = 1000;
        for (const { type, at, count } of steps) {
          for (let index = 0; index < count; index++) {
            const position = model.length === 0 ? 0 : (at + 7 * index) % model.length;
            if (type === 'append' || type === 'insert') {
              const seq = type === 'append' ? ++last : (at * 31 + index * 17) % 1500;
              if (used.has(seq)) continue;
              used.add(seq);
              last = Math.max(last, seq);
              model.push(jobAt(seq));
              chain.insert(model.at(-1)!);
              model.sort((a, b) => a.seq - b.seq);
            } else if (model.length > 0 && type === 'shift') {
              expect(chain.shift()).toBe(model.shift());
            } else if (model.length > 0) chain.delete(model.splice(position, 1)[0]!);
          }
          const key = { rank: 0, seq: at + 0.5 };
          expect(chain.size).toBe(model.length);
          expect(chain.first).toBe(model[0]);
          expect(seqsOf(chain.ascending())).toEqual(seqsOf(model));
          expect(seqsOf(chain.descending())).toEqual(seqsOf(model.toReversed()));
          const ahead = model.filter(({ seq }) => seq < key.seq);
          expect(seqsOf(chain.descending(key))).toEqual(seqsOf(ahead.toReversed()));
          expect(seqsOf(chain.ascending(key))).toEqual(seqsOf(model.slice(ahead.length)));
        }
      }),
    );
  });
});
