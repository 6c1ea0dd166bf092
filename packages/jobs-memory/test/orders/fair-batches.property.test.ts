import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JobKinds } from '../../src/state/job-kind.ts';
import { StoredJob } from '../../src/state/stored-job.ts';
import { WaitingLine } from '../../src/state/waiting-line.ts';
import { newJob } from '../support/new-job.ts';
import { FairModel } from './fair-model.ts';

/** How many sequences are tried, and for how many milliseconds at most. */
const RUNS = 1000;
const TIME_LIMIT_MS = 5000;
const NOW = 1000;

const pick = fc.nat({ max: 1000 });
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('push' as const),
      count: fc.integer({ min: 1, max: 6 }),
      fairKey: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      priority: fc.constantFrom(0, 0, 1),
      weight: fc.constantFrom(1, 2, 0.5),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('take' as const),
      count: fc.integer({ min: 1, max: 16 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      pick,
      ran: fc.boolean(),
      goes: fc.constantFrom('back' as const, 'ahead' as const, 'gone' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), pick }) },
);

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Drives a waiting line without limits and its model alike. */
class Twins {
  readonly model = new FairModel();
  readonly #line = new WaitingLine();
  readonly #kinds = new JobKinds();
  readonly #jobs = new Map<string, StoredJob>();
  readonly #isWeighted: boolean;

  constructor(isWeighted: boolean) {
    this.#isWeighted = isWeighted;
    this.#line.reorder({ policy: 'fair' });
  }

  do(step: Operation): void {
    if (step.type === 'push') for (let index = 0; index < step.count; index++) this.#push(step);
    else if (step.type === 'take') this.take(step.count);
    else if (step.type === 'end') this.#end(step);
    else this.#remove(step);
  }

  /** Takes jobs together from the line, and one by one from the model. */
  take(most: number): void {
    const expected: string[] = [];
    for (let id = this.model.take(NOW); id !== undefined; id = this.model.take(NOW)) {
      expected.push(id);
      if (expected.length === most) break;
    }
    expect(this.#line.takeUpTo(most, NOW).map(({ id }) => id)).toEqual(expected);
    expect(this.#line.size).toBe(this.model.waiting.size);
  }

  #push({ fairKey, priority, weight: wish }: Operation & { type: 'push' }): void {
    const id = `${this.#jobs.size}`;
    const weight = this.#isWeighted ? wish : 1;
    const order = { fairKey, ...(weight !== 1 && { weight }) };
    const job = newJob(id, { priority, order });
    const stored = new StoredJob(job, this.#kinds.of(job));
    this.#jobs.set(id, stored);
    this.#line.push(stored);
    const noKeys = { concurrencyKey: undefined, rateKey: undefined };
    this.model.push({ id, priority, fairKey, weight, ...noKeys });
  }

  #end({ pick, ran, goes: wish }: Operation & { type: 'end' }): void {
    const id = idOf(this.model.active, pick);
    if (id === undefined) return;
    const goes = ran ? 'gone' : wish;
    const job = this.#jobs.get(id)!;
    this.#line.ended(job, ran);
    if (goes === 'back') this.#line.pushBack(job);
    else if (goes === 'ahead') this.#line.pushAhead(job);
    this.model.end(id, ran, goes);
  }

  #remove({ pick }: Operation & { type: 'remove' }): void {
    const id = idOf(this.model.waiting, pick);
    if (id === undefined) return;
    this.#line.delete(this.#jobs.get(id)!);
    this.model.remove(id);
  }
}

function idOf(jobs: ReadonlyMap<string, unknown>, pick: number): string | undefined {
  return [...jobs.keys()][pick % Math.max(1, jobs.size)];
}

it.each([false, true])(
  'takes together the jobs that would start one by one (weights: %s)',
  (isWeighted) => {
    const deadline = performance.now() + TIME_LIMIT_MS;
    let tried = 0;
    const sequences = fc.array(operation, { minLength: 10, maxLength: 80, size: 'max' });
    const property = fc.property(sequences, (sequence) => {
      if (performance.now() > deadline) return;
      tried += 1;
      const twins = new Twins(isWeighted);
      for (const step of sequence) twins.do(step);
      while (twins.model.waiting.size > 0) twins.take(7);
    });
    fc.assert(property, { numRuns: RUNS });
    expect(tried).toBeGreaterThan(10);
  },
);
