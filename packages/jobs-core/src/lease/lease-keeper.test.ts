import { beforeEach, describe, expect, it } from 'vitest';
import {
  add,
  beginTrial,
  clock,
  consume,
  errors,
  LOCK_MS,
  started,
  store,
} from '../../test/exchange-trial.ts';
import type { LeaseStore } from './lease-store.ts';

type Extended = ReturnType<LeaseStore['extend']>;

/** The runs that were aborted, and when. */
let aborted: { readonly id: string; readonly after: number }[];
let beganAt: number;

beforeEach(() => {
  beginTrial();
  aborted = [];
  beganAt = clock.now();
});

async function begin(...ids: string[]): Promise<void> {
  add(...ids);
  await consume({
    concurrency: 20,
    abort: ({ lease: { id } }) => {
      aborted.push({ id, after: clock.now() - beganAt });
      return true;
    },
  });
}

/** Lets renewals hang while the given condition holds. */
function hangWhile(isHanging: () => boolean): void {
  const extend = store.extend.bind(store);
  store.extend = (params) =>
    isHanging() ? (new Promise(() => undefined) as Extended as never) : extend(params);
}

describe('a lease whose renewals hang', () => {
  it('is over when its time is, and aborts its run at that moment', async () => {
    hangWhile(() => true);
    await begin('a');
    await clock.advance(LOCK_MS - 1);
    expect(aborted).toEqual([]);
    await clock.advance(1);
    expect(aborted).toEqual([{ id: 'a', after: LOCK_MS }]);
    expect(errors.map(({ code }) => code)).toEqual(['JOBS_LEASE_LOST']);
  });

  it('is renewed by the next one, if that is answered', async () => {
    let calls = 0;
    hangWhile(() => ++calls === 1);
    await begin('a');
    await clock.advance(4 * LOCK_MS);
    expect([aborted, errors]).toEqual([[], []]);
  });

  it('ends by itself, also when it began between two rounds', async () => {
    hangWhile(() => true);
    await begin('a');
    await clock.advance(500);
    add('b');
    await clock.advance(LOCK_MS);
    expect(aborted).toEqual([
      { id: 'a', after: LOCK_MS },
      { id: 'b', after: LOCK_MS + 500 },
    ]);
  });

  it('has three of them under way at most', async () => {
    const calls: string[] = [];
    store.extend = ({ holder }) => {
      calls.push(holder);
      return new Promise(() => undefined) as Extended as never;
    };
    await begin('a');
    for (let round = 0; round < 10; round++) {
      add(`b${round}`);
      await clock.advance(LOCK_MS / 3);
    }
    expect(calls.filter((holder) => holder === 'w')).toHaveLength(3);
  });
});

describe('a lease whose renewals fail', () => {
  it('aborts its run at its end, and not with the next round', async () => {
    await begin('a');
    await clock.advance(1);
    add('b');
    store.extend = async () => {
      throw new Error('away');
    };
    await clock.advance(LOCK_MS);
    expect(aborted).toEqual([
      { id: 'a', after: LOCK_MS },
      { id: 'b', after: LOCK_MS + 1 },
    ]);
  });
});

describe('a process that was late', () => {
  it('renews its leases before it gives them up', async () => {
    await begin('a');
    clock.jump(10 * LOCK_MS);
    await clock.advance(LOCK_MS);
    expect([aborted, started]).toEqual([[], ['a 1']]);
  });

  it('does so beside a renewal that it had begun', async () => {
    let calls = 0;
    hangWhile(() => ++calls === 1);
    await begin('a');
    await clock.advance(LOCK_MS / 3);
    clock.jump(10 * LOCK_MS);
    await clock.advance(LOCK_MS);
    expect([aborted, calls > 1]).toEqual([[], true]);
  });

  it('gives them up when that renewal is not answered either', async () => {
    hangWhile(() => true);
    await begin('a');
    clock.jump(10 * LOCK_MS);
    await clock.advance(LOCK_MS / 3);
    expect(aborted).toEqual([{ id: 'a', after: 10 * LOCK_MS + LOCK_MS / 3 }]);
  });

  it('gives them up when that renewal fails', async () => {
    store.extend = async () => {
      throw new Error('away');
    };
    await begin('a');
    clock.jump(10 * LOCK_MS);
    await clock.advance(0);
    expect(aborted).toEqual([{ id: 'a', after: 10 * LOCK_MS }]);
  });
});
