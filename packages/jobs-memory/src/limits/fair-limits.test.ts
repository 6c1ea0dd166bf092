import type { JobLimits } from '@philjs/jobs-core';
import type { NewJob } from '@philjs/jobs-core/backend';
import { afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest';
import { newJob } from '../../test/support/new-job.ts';
import { FairShares } from '../order/fair-shares.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { JobKinds } from '../state/job-kind.ts';
import { StoredJob } from '../state/stored-job.ts';
import { WaitingLine } from '../state/waiting-line.ts';
import { JobLine } from './job-line.ts';
import { LimitGroup } from './limit-group.ts';
import { RateGate } from './rate-gate.ts';

const PER = 10;
const LIMITS: JobLimits = { concurrencyPerKey: 1, rate: { max: 1, per: PER } };

/** Says what one of a number of jobs is like. */
type Make = (id: number, count: number) => Partial<NewJob>;

const order = { fairKey: 'tenant' };

let work: MockInstance[];

beforeEach(() => {
  const looked = [JobLine, RateGate, LimitGroup].flatMap(({ prototype }) => [
    vi.spyOn(prototype, 'head'),
    vi.spyOn(prototype, 'heads'),
  ]);
  const moved = (['insert', 'delete'] as const).map((name) =>
    vi.spyOn(OrderedList.prototype, name),
  );
  work = [...looked, ...moved, vi.spyOn(FairShares.prototype, 'numberOf')];
});

afterEach(() => vi.restoreAllMocks());

/** Starts all of some waiting jobs of a fair order, two at a time; returns the steps that a start takes, and its end. */
function stepsFor(make: Make, count: number, ran = true): number {
  const line = new WaitingLine();
  const kinds = new JobKinds();
  line.reorder({ policy: 'fair' });
  line.adopt(new Map(['a', 'b'].map((name) => [name, LIMITS])), []);
  for (let id = 0; id < count; id++) {
    const job = newJob(`${id}`, { name: 'a', order, ...make(id, count) });
    line.push(new StoredJob(job, kinds.of(job)));
  }
  for (const each of work) each.mockClear();
  for (let started = 0, now = 0; started < count; now += PER) {
    const jobs = [line.take(now), line.take(now)].filter((job) => job !== undefined);
    expect(jobs).not.toEqual([]);
    for (const job of jobs) job.processedAt = now;
    for (const job of jobs) line.ended(job, ran);
    started += jobs.length;
  }
  expect(line.size).toBe(0);
  return work.reduce((sum, each) => sum + each.mock.calls.length, 0) / count;
}

const SHAPES: readonly [title: string, make: Make][] = [
  ['a concurrency key each', (id) => ({ concurrencyKey: `${id}` })],
  ['a rate key each', (id) => ({ rateKey: `${id}` })],
  ['both keys each', (id) => ({ concurrencyKey: `${id}`, rateKey: `${id}` })],
  ['a few to a concurrency key', (id, n) => ({ concurrencyKey: `${id % (n / 5)}` })],
  ['a few to a rate key', (id, n) => ({ rateKey: `${id % (n / 5)}` })],
  ['keys of two names', (id) => ({ name: 'ab'[id % 2]!, concurrencyKey: `${id}` })],
  [
    'keys of two tenants with weights',
    (id) => ({
      concurrencyKey: `${id}`,
      order: id % 2 === 0 ? order : { fairKey: 'other', weight: 3 },
    }),
  ],
  [
    'keys with jobs of two priorities',
    (id, n) => ({ concurrencyKey: `${id % (n / 4)}`, priority: id < n / 2 ? 0 : 5 }),
  ],
  [
    'rate keys with jobs of two priorities',
    (id, n) => ({
      rateKey: `${id % (n / 4)}`,
      concurrencyKey: `${id}`,
      priority: id < n / 2 ? 5 : 0,
    }),
  ],
  ...(['concurrencyKey', 'rateKey'] as const).flatMap((field): [title: string, make: Make][] => [
    [
      `a ${field} for every two tenants`,
      (id) => ({ [field]: `${id >> 1}`, order: { fairKey: `${id % 2}` } }),
    ],
    [
      `a ${field} for every ten tenants`,
      (id) => ({ [field]: `${Math.floor(id / 10)}`, order: { fairKey: `${id % 10}` } }),
    ],
  ]),
  [
    'keys of two tenants, and tenants with two keys',
    (id, n) => ({ concurrencyKey: `${id % (n / 4)}`, order: { fairKey: `${id % (n / 4 - 1)}` } }),
  ],
  ['one key of many tenants', (id) => ({ concurrencyKey: 'all', order: { fairKey: `${id}` } })],
];

it.each(SHAPES)(
  'costs a start the same, however many jobs of a tenant wait with %s',
  (_title, make) => {
    const [few, many] = [stepsFor(make, 400), stepsFor(make, 1600)];
    expect(few).toBeGreaterThan(1);
    expect(many).toBeLessThan(1.5 * few);
  },
);

it.each(SHAPES)(
  'costs a turn that is given back the same, however many wait with %s',
  (_title, make) => {
    const [few, many] = [stepsFor(make, 400, false), stepsFor(make, 1600, false)];
    expect(few).toBeGreaterThan(1);
    expect(many).toBeLessThan(1.5 * few);
  },
);

it.each(['concurrencyKey', 'rateKey'] as const)(
  'gives a tenant with a %s for each job the turn back of one that was removed before it ran',
  (field) => {
    const line = new WaitingLine();
    const kinds = new JobKinds();
    line.reorder({ policy: 'fair' });
    line.adopt(new Map([['a', { concurrencyPerKey: 1 }]]), []);
    for (const id of ['a1', 'a2', 'b1', 'a3']) {
      const job = newJob(id, {
        name: 'a',
        [field]: id,
        order: { fairKey: id.charAt(0) },
      });
      line.push(new StoredJob(job, kinds.of(job)));
    }
    const first = line.take(0);
    expect(first?.id).toBe('a1');
    if (first !== undefined) line.ended(first, false);
    const ids = [0, 1, 2].map(() => line.take(0)?.id);
    expect(ids).toEqual(['a2', 'b1', 'a3']);
  },
);

it.each([1, 64])(
  'places a tenant by a turn given back, among those that come to its limit keys later: %s are few',
  (few) => {
    const line = new WaitingLine(few);
    const kinds = new JobKinds();
    line.reorder({ policy: 'fair' });
    line.adopt(new Map([['a', { concurrencyPerKey: 10 }]]), []);
    const make = (id: string, name: string, weight: number): StoredJob => {
      const job = newJob(id, {
        name,
        concurrencyKey: 'k',
        order: { fairKey: id.charAt(0), weight },
      });
      return new StoredJob(job, kinds.of(job));
    };
    line.push(make('a1', 'unlimited', 1));
    line.push(make('a2', 'a', 1));
    const started = line.take(0)!;
    // It is alone there, and placed by the turn that the start has used.
    line.pushAhead(make('a0', 'a', 1));
    line.ended(started, false);
    line.push(make('b1', 'a', 2));
    const ids = [0, 1, 2].map(() => line.take(0)?.id);
    expect(ids).toEqual(['a0', 'b1', 'a2']);
  },
);
