import type { EndedLease, JobRecord } from '@philjs/jobs-core/backend';
import { RedisServer } from '@philjs/jobs-faults';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisOrderStore } from '../../src/parts/redis-order-store.ts';
import { FairTurns } from './fair-turns.ts';
import { ended, LeaseBench } from './lease-bench.ts';

/** The number of sequences to try. */
const RUNS = 15;
const error = { name: 'Error', message: 'as the model says' } as const;
/** Keeps no job that completed: its id may be used again. */
const KEEP = { ageMs: 86_400_000, count: 0 };

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

type Step =
  | { readonly type: 'exchange'; readonly limit: number; readonly completed: number }
  | {
      readonly type: 'add';
      readonly count: number;
      readonly key: number;
      readonly priority: number;
    }
  | { readonly type: 'again'; readonly pick: number }
  | { readonly type: 'remove'; readonly pick: number }
  | { readonly type: 'place'; readonly pick: number }
  | { readonly type: 'retry' | 'unstarted'; readonly pick: number; readonly limit: number };

const pick = fc.nat({ max: 1000 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 120,
      arbitrary: fc.record({
        type: fc.constant('exchange' as const),
        limit: fc.oneof(
          { weight: 4, arbitrary: fc.integer({ min: 0, max: 12 }) },
          { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 }) },
        ),
        completed: fc.integer({ min: 0, max: 40 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('add' as const),
        count: fc.integer({ min: 1, max: 6 }),
        key: fc.integer({ min: 0, max: 24 }),
        priority: fc.constantFrom(0, 0, 0, 1),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('again' as const), pick }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('remove' as const), pick }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('place' as const), pick }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constantFrom('retry' as const, 'unstarted' as const),
        pick,
        limit: fc.integer({ min: 0, max: 12 }),
      }),
    },
  ),
  { minLength: 40, maxLength: 150, size: 'max' },
);
const keys = fc.array(fc.integer({ min: 4, max: 120 }), {
  minLength: 2,
  maxLength: 20,
  size: 'max',
});

/** Runs steps on a queue and in the model, and compares each start. */
class FairRun {
  readonly #bench: LeaseBench;
  readonly #turns = new FairTurns();
  readonly #facts = new Map<string, { readonly priority: number; readonly key: string }>();
  readonly #gone: string[] = [];
  #active: { readonly job: JobRecord; readonly handle: unknown }[] = [];
  #ids = 0;

  constructor(bench: LeaseBench) {
    this.#bench = bench;
  }

  async fill(counts: readonly number[]): Promise<void> {
    for (const [key, count] of counts.entries()) await this.#add(count, `key-${key}`, 0);
  }

  async do(step: Step): Promise<void> {
    const { pick = 0 } = step as { pick?: number };
    const waiting = this.#turns.waiting();
    const id = waiting[pick % Math.max(1, waiting.length)];
    switch (step.type) {
      case 'add':
        return this.#add(step.count, `key-${step.key}`, step.priority);
      case 'again': {
        const [again] = this.#gone.splice(pick % Math.max(1, this.#gone.length), 1);
        return again === undefined ? undefined : this.#store(again);
      }
      case 'remove':
        if (id === undefined) return;
        this.#turns.remove(id);
        expect(await this.#bench.jobs.remove({ ids: [id] })).toBe(1);
        return;
      case 'place':
        if (id === undefined) return;
        expect(await redisOrderStore(this.#bench.store).place({ id })).toMatchObject({
          ahead: this.#turns.ahead(id),
        });
        return;
      case 'exchange': {
        const completed = this.#active.splice(0, step.completed);
        this.#gone.push(...completed.map(({ job }) => job.id));
        const ends = completed.map(({ job, handle }) => ({
          ...ended(job, { type: 'complete', result: null }),
          handle,
        }));
        return this.#exchange(step.limit, ends);
      }
      default: {
        const [active] = this.#active.splice(pick % Math.max(1, this.#active.length), 1);
        if (active === undefined) return;
        const { job } = active;
        if (step.type === 'retry') this.#turns.retry(job.id);
        else this.#turns.giveBack(job.id);
        const { runAt } = job;
        return this.#exchange(step.limit, [
          ended(
            job,
            step.type === 'retry'
              ? { type: 'retry', error, failures: [], runAt }
              : { type: 'unstarted' },
          ),
        ]);
      }
    }
  }

  async #add(count: number, key: string, priority: number): Promise<void> {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
      const id = `job-${++this.#ids}`;
      this.#facts.set(id, { key, priority });
      ids.push(id);
    }
    await this.#store(...ids);
  }

  async #store(...ids: string[]): Promise<void> {
    const jobs = ids.map((id) => {
      const { key, priority } = this.#facts.get(id) as { key: string; priority: number };
      this.#turns.add(id, { key, priority });
      return { id, priority, order: { fairKey: key }, keepCompleted: KEEP, maxAttempts: 1000 };
    });
    await this.#bench.add(...jobs);
  }

  async #exchange(limit: number, ends: readonly EndedLease[]): Promise<void> {
    const { jobs, handles = [] } = await this.#bench.exchange('w', limit, ends, {
      leaseMs: 600_000,
    });
    expect(jobs.map(({ id }) => id)).toEqual(this.#turns.start(limit));
    this.#active.push(...jobs.map((job, index) => ({ job, handle: handles[index] })));
  }
}

test('starts what the model of a fair order starts, one by one', async () => {
  const property = fc.asyncProperty(keys, steps, async (counts, sequence) => {
    const bench = await LeaseBench.open(server);
    try {
      await redisOrderStore(bench.store).set({ order: { policy: 'fair' } });
      const run = new FairRun(bench);
      await run.fill(counts);
      for (const step of sequence) await run.do(step);
    } finally {
      await bench.client.flushall();
      await bench.close();
    }
  });
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
}, 600_000);

// An exchange of 5 starts some of the ten keys, one of 13 starts some of them twice.
test.each([5, 13])('gives back one of %i starts', async (limit) => {
  for (let from = 0; from < 10; from++) {
    const bench = await LeaseBench.open(server);
    await redisOrderStore(bench.store).set({ order: { policy: 'fair' } });
    const run = new FairRun(bench);
    await run.fill(Array.from({ length: 10 }, () => 60));
    await run.do({ type: 'exchange', limit: 10, completed: 0 });
    await run.do({ type: 'exchange', limit: from, completed: 10 });
    await run.do({ type: 'exchange', limit, completed: from });
    await run.do({ type: 'unstarted', pick: from % 2 === 0 ? limit - 1 : 0, limit: 0 });
    await run.do({ type: 'exchange', limit: 4, completed: 0 });
    await bench.close();
  }
});

test.each(['fifo', 'deadline'] as const)(
  'leaves nothing of the turns once the order is %s',
  async (policy) => {
    const bench = await LeaseBench.open(server);
    const orders = redisOrderStore(bench.store);
    await orders.set({ order: { policy: 'fair' } });
    for (let key = 0; key < 50; key++) {
      const ids = Array.from({ length: key % 5 === 4 ? 3 : 8 }, (_, i) => `key-${key}-${i}`);
      await bench.add(...ids.map((id) => ({ id, order: { fairKey: `key-${key}` } })));
    }
    for (let i = 0; i < 8; i++) await bench.exchange('w', 5);
    const stored = (): Promise<string[]> => bench.client.keys(`bull:${bench.name}:pj:o1:*`);
    expect(await stored()).not.toEqual([]);
    await orders.set({ order: { policy } });
    expect(await stored()).toEqual([]);
    let left = 40 * 8 + 10 * 3 - 40;
    while (left > 0) {
      const { jobs } = await bench.exchange('w', 500);
      expect(jobs).not.toEqual([]);
      left -= jobs.length;
    }
    expect(left).toBe(0);
    await bench.close();
  },
);
