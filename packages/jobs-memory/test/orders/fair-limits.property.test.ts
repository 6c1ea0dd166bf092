import type { JobLimits } from '@philjs/jobs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JobKinds } from '../../src/state/job-kind.ts';
import { StoredJob } from '../../src/state/stored-job.ts';
import { WaitingLine } from '../../src/state/waiting-line.ts';
import { newJob } from '../support/new-job.ts';
import { FairModel } from './fair-model.ts';

/** How many sequences are tried, and for how many milliseconds at most. */
const RUNS = 1000;
const TIME_LIMIT_MS = 10_000;
const NAME = 'work';
const PER_MS = 100;
const WEIGHTS = new Map([
  ['a', 1],
  ['b', 2],
  ['c', 0.5],
  ['d', 1],
]);

const key = fc.option(fc.constantFrom('1', '2', '3', '4', '5'), { nil: undefined });
const limits: fc.Arbitrary<JobLimits> = fc.record({
  concurrencyPerKey: fc.integer({ min: 1, max: 2 }),
  concurrency: fc.constantFrom(3, 100, 100),
  // A log of starts forgets those that another rate would count: its maximum stays.
  rate: fc.constant({ max: 2, per: PER_MS }),
});
const pick = fc.nat({ max: 1000 });
const operation = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('push' as const),
      count: fc.integer({ min: 1, max: 6 }),
      fairKey: fc.constantFrom(...WEIGHTS.keys()),
      priority: fc.constantFrom(0, 0, 1),
      concurrencyKey: key,
      rateKey: key,
      isSpread: fc.boolean(),
    }),
  },
  { weight: 12, arbitrary: fc.record({ type: fc.constant('take' as const), count: pick }) },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      pick,
      ran: fc.boolean(),
      goes: fc.constantFrom('back' as const, 'ahead' as const, 'gone' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: pick }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('pause' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('limit' as const), limits }) },
);

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Drives a waiting line and its model alike. */
class Pair {
  readonly model = new FairModel();
  readonly #line: WaitingLine;
  readonly #kinds = new JobKinds();
  readonly #jobs = new Map<string, StoredJob>();
  #now = 1000;

  constructor(first: JobLimits, fewShares: number) {
    this.#line = new WaitingLine(fewShares);
    this.#line.reorder({ policy: 'fair' });
    this.limit(first);
  }

  do(step: Operation): void {
    switch (step.type) {
      case 'push':
        for (let index = 0; index < step.count; index++) this.#push(step, index);
        return;
      case 'take':
        this.takeAll(1 + (step.count % 6));
        return;
      case 'end': {
        const id = pickOf(this.model.active, step.pick);
        if (id !== undefined) this.end(id, step.ran, step.ran ? 'gone' : step.goes);
        return;
      }
      case 'remove': {
        const id = pickOf(this.model.waiting, step.pick);
        if (id === undefined) return;
        this.#line.delete(this.#jobs.get(id)!);
        this.model.remove(id);
        return;
      }
      case 'pass':
        this.#now += step.ms % (2 * PER_MS);
        return;
      case 'pause':
        this.#change((group) => Object.assign(group, { paused: step.on }));
        this.model.isPaused = step.on;
        return;
      case 'limit':
        this.limit(step.limits);
    }
  }

  limit(published: JobLimits): void {
    this.#change((group) => Object.assign(group, { published, wasPublished: true }));
    this.model.limits = published;
  }

  /** Takes jobs from both, which must be the same, until a number or until none may start. */
  takeAll(most: number): void {
    for (let taken = 0; taken < most; taken++) {
      const job = this.#line.take(this.#now);
      expect(job?.id).toBe(this.model.take(this.#now));
      if (job === undefined) return;
      job.processedAt = this.#now;
    }
  }

  end(id: string, ran: boolean, goes: 'back' | 'ahead' | 'gone'): void {
    const job = this.#jobs.get(id)!;
    this.#line.ended(job, ran);
    if (goes === 'back') this.#line.pushBack(job);
    else if (goes === 'ahead') this.#line.pushAhead(job);
    this.model.end(id, ran, goes);
  }

  drain(): void {
    this.do({ type: 'pause', on: false });
    while (this.model.waiting.size > 0) {
      this.#now += PER_MS;
      this.takeAll(Number.POSITIVE_INFINITY);
      for (const id of [...this.model.active.keys()]) this.end(id, true, 'gone');
    }
    expect(this.#line.size).toBe(0);
  }

  #push(step: Operation & { type: 'push' }, index: number): void {
    const { fairKey, priority, concurrencyKey, rateKey, isSpread } = step;
    const id = `${this.#jobs.size}`;
    const weight = WEIGHTS.get(fairKey) ?? 1;
    // Spread, each job has limit keys of its own.
    const ownKey = (of: string | undefined): string | undefined =>
      of !== undefined && isSpread ? `${of} ${index % 20}` : of;
    const keys = { concurrencyKey: ownKey(concurrencyKey), rateKey: ownKey(rateKey) };
    const job = newJob(id, {
      name: NAME,
      priority,
      ...(keys.concurrencyKey !== undefined && { concurrencyKey: keys.concurrencyKey }),
      ...(keys.rateKey !== undefined && { rateKey: keys.rateKey }),
      order: { fairKey, ...(weight !== 1 && { weight }) },
    });
    const stored = new StoredJob(job, this.#kinds.of(job));
    this.#jobs.set(id, stored);
    this.#line.push(stored);
    this.model.push({ id, priority, fairKey, weight, ...keys });
  }

  #change(change: (group: ReturnType<WaitingLine['openLimits']>) => void): void {
    const active = [...this.model.active.keys()].map((id) => this.#jobs.get(id)!);
    const group = this.#line.openLimits(NAME, active);
    group.change(() => change(group));
  }
}

function pickOf(jobs: ReadonlyMap<string, unknown>, pick: number): string | undefined {
  return [...jobs.keys()][pick % Math.max(1, jobs.size)];
}

it('starts the jobs that a plain model starts, whatever shares, limit keys and turns given back there are', () => {
  const deadline = performance.now() + TIME_LIMIT_MS;
  let tried = 0;
  const sequences = fc.array(operation, { minLength: 10, maxLength: 120, size: 'max' });
  const few = fc.constantFrom(1, 2, 3, 64);
  const property = fc.property(limits, few, sequences, (first, fewShares, sequence) => {
    if (performance.now() > deadline) return;
    tried += 1;
    const pair = new Pair(first, fewShares);
    for (const step of sequence) pair.do(step);
    pair.drain();
  });
  fc.assert(property, { numRuns: RUNS });
  expect(tried).toBeGreaterThan(10);
});
