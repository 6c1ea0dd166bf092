import { beforeEach, describe, expect, it } from 'vitest';
import { TestStore } from '../../test/test-store.ts';
import type { Lease } from '../contract/consumer.ts';
import { fromSimpleStore } from './from-simple-store.ts';
import type { EndedOutcome, ExchangeAnswer, ExchangeParams, LeaseStore } from './lease-store.ts';
import type { SimpleStore } from './simple-store.ts';

const LEASE_MS = 1000;

let simple: TestStore;
let now: number;
let sequence: number;

beforeEach(() => {
  simple = new TestStore();
  now = 1_000_000;
  sequence = 0;
  for (const id of ['a', 'b', 'c']) {
    const keep = { ageMs: 1e9, count: 1e6 };
    simple.insert({
      ...{ id, name: 'work', payload: null, version: 1, priority: 0, maxAttempts: 3 },
      ...{ createdAt: now, runAt: now, metadata: {}, keepCompleted: keep, keepFailed: keep },
      keepCancelled: keep,
    });
  }
});

/** Wraps the simple store in promises, with methods that a test replaces. */
function remote(replaced: Partial<SimpleStore> = {}): LeaseStore {
  return fromSimpleStore({
    claim: async (params) => simple.claim(params),
    extend: async (params) => simple.extend(params),
    complete: async (params) => simple.complete(params),
    release: async (params) => simple.release(params),
    fail: async (params) => simple.fail(params),
    recover: async (params) => simple.recover(params),
    ...replaced,
  });
}

async function exchange(
  store: LeaseStore,
  params: Partial<ExchangeParams> = {},
): Promise<ExchangeAnswer> {
  return store.exchange({
    ...{ holder: 'w', sequence: ++sequence, ended: [], limit: 0, now, leaseMs: LEASE_MS },
    ...{
      limits: new Map(),
      stalls: { max: 1, maxOf: new Map(), error: { name: 'E', message: 'stalled' } },
    },
    ...params,
  });
}

const done: EndedOutcome = { type: 'complete', result: null };
const ended = (...leases: Lease[]) =>
  leases.map(({ id, fencingToken }) => ({ lease: { id, fencingToken }, outcome: done }));
const status = (id: string): string | undefined => simple.jobs.get(id)?.record.status;

describe('a lease store of a simple one', () => {
  it('answers at once where that does', () => {
    const answer = fromSimpleStore(simple).exchange({
      ...{ holder: 'w', sequence: 1, ended: [], limit: 2, now, leaseMs: LEASE_MS },
      ...{
        limits: new Map(),
        stalls: { max: 1, maxOf: new Map(), error: { name: 'E', message: 'stalled' } },
      },
    });
    expect(answer).toMatchObject({ jobs: [{ id: 'a' }, { id: 'b' }], refused: [], now });
  });

  it('records each of what ended by itself, and says what was not held', async () => {
    const store = remote();
    const { jobs } = await exchange(store, { limit: 2 });
    simple.change(simple.jobs.get('a')!, { fencingToken: 9 });
    const answer = await exchange(store, { ended: ended(...jobs), limit: 1 });
    expect(answer.refused).toEqual([{ id: 'a', fencingToken: 1 }]);
    expect([status('a'), status('b'), status('c')]).toEqual(['active', 'completed', 'active']);
  });

  it('does not record again what a call that failed halfway had recorded', async () => {
    let isAway = true;
    const store = remote({
      claim: async (params) => {
        if (isAway && sequence > 1) throw new Error('away');
        return simple.claim(params);
      },
    });
    const { jobs } = await exchange(store, { limit: 2 });
    const again = { ended: ended(...jobs), limit: 1, sequence: 2 };
    sequence = 2;
    await expect(exchange(store, again)).rejects.toThrow('away');
    isAway = false;
    expect(await exchange(store, again)).toMatchObject({ refused: [], jobs: [{ id: 'c' }] });
    expect([status('a'), status('b')]).toEqual(['completed', 'completed']);
  });

  it('answers a known number as before', async () => {
    const store = remote();
    const first = await exchange(store, { limit: 2, sequence: 1 });
    expect(await exchange(store, { limit: 2, sequence: 1 })).toEqual(first);
    expect(status('c')).toBe('waiting');
  });

  it('takes back what others lost, and never what the holder itself holds', async () => {
    const [store, other] = [remote(), remote()];
    await exchange(store, { limit: 1 });
    await exchange(other, { limit: 1, holder: 'dead' });
    now += 5 * LEASE_MS;
    const { stalled } = await exchange(store, { limit: 1 });
    expect(stalled).toMatchObject([{ lease: { id: 'b' }, failed: false }]);
    expect(simple.jobs.get('a')?.leaseUntil).toBe(now + LEASE_MS);
  });

  it.each([
    ['the same name', 'w'],
    ['another name', 'w~1'],
  ])('still tells what a call took back that failed halfway, under %s', async (_, holder) => {
    let isAway = false;
    const store = remote({
      claim: async (params) => {
        if (isAway) throw new Error('away');
        return simple.claim(params);
      },
    });
    await exchange(remote(), { limit: 1, holder: 'dead' });
    now += 5 * LEASE_MS;
    isAway = true;
    await expect(exchange(store, { limit: 1, sequence: 1 })).rejects.toThrow('away');
    isAway = false;
    const { stalled } = await exchange(store, { limit: 1, holder, sequence: 1 });
    expect(stalled).toMatchObject([{ lease: { id: 'a' }, failed: false }]);
    expect((await exchange(store, { limit: 1, holder, sequence: 2 })).stalled).toEqual([]);
  });

  it('passes on limits of concurrency, by name', async () => {
    const limits = new Map([['work', { concurrency: 1 }]]);
    expect((await exchange(remote(), { limit: 3, limits })).jobs).toHaveLength(1);
  });
});
