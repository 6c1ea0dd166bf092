import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { testBackend } from '../../test/test-backend.ts';
import { settle, TestClock } from '../../test/test-clock.ts';
import type { Backend } from '../contract/backend.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import { Guard } from './guard.ts';
import { guardBackend } from './guarded-backend.ts';

function guarded(parts = true) {
  const clock = new TestClock();
  const backend = testBackend({ clock, parts });
  const guard = guardBackend(backend, new Guard('test', clock, 1000), () => undefined);
  return { backend, guard, clock };
}

type Call = (backend: Backend) => MaybePromise<unknown>;

const calls: [method: string, call: Call, nonsense: unknown[]][] = [
  ['add', (b) => b.add({ jobs: [] }), [undefined, {}, [{ id: 'a', outcome: 'added' }]]],
  ['get', (b) => b.get({ id: 'a' }), [null, { id: 'b' }, 'a']],
  ['list', (b) => b.list({ statuses: [], order: 'newest', limit: 1 }), [[], { jobs: {} }]],
  ['counts', (b) => b.counts(), [{}, { waiting: 1 }, { waiting: -1 }]],
  ['remove', (b) => b.remove({ ids: [] }), [undefined, -1, 1.5, true]],
  ['retry', (b) => b.retry({ ids: [] }), ['1']],
  ['promote', (b) => b.promote({ ids: [] }), [null]],
  ['cancel', (b) => b.cancel({ id: 'a', error: { name: '', message: '' } }), ['done', undefined]],
  ['clear', (b) => b.clear(), [undefined]],
  ['setPaused', (b) => b.setPaused({ paused: true }), ['OK']],
  ['isPaused', (b) => b.isPaused(), [0, undefined]],
  ['setProgress', (b) => b.setProgress({ lease: { id: 'a', fencingToken: 1 }, progress: 1 }), [1]],
  ['consume', (b) => b.consume({} as never), [undefined, {}, { stop: true }]],
  ['open', (b) => b.open(), [true]],
  ['close', (b) => b.close(), ['OK']],
  ['events.subscribe', (b) => b.events!.subscribe({} as never), [undefined, () => undefined]],
  ['limiter.take', (b) => b.limiter!.take({} as never), [5, { waitMs: Number.NaN }]],
  ['metrics.read', (b) => b.metrics!.read({ from: 0, to: 1 }), [{}]],
  ['logs.read', (b) => b.logs!.read({ id: 'a' }), [[], { lines: 'x' }]],
  ['workers.list', (b) => b.workers!.list(), [{}]],
];

describe('a guarded backend', () => {
  it('closes once calls under way have ended, or after a while when the store answers none', async () => {
    for (const isAway of [false, true]) {
      const { backend, guard, clock } = guarded();
      const log: string[] = [];
      let answer: (stored: unknown) => void = () => undefined;
      backend.faults.set('get', () => new Promise((resolve) => (answer = resolve)));
      const asked = Promise.resolve(guard.get({ id: 'a' })).then(
        () => log.push('answered'),
        () => log.push('given up'),
      );
      const closed = guard.close().then(() => log.push('closed'));
      await settle();
      expect(log).toEqual([]);
      if (isAway) await clock.advance(2000);
      else answer(undefined);
      await Promise.all([asked, closed]);
      expect(log).toEqual([isAway ? 'given up' : 'answered', 'closed']);
    }
  });

  it('closes by force without waiting for calls under way', async () => {
    const { backend, guard } = guarded();
    backend.faults.set('get', () => new Promise(() => undefined));
    guard.get({ id: 'a' }).catch(() => undefined);
    await guard.close({ force: true });
  });

  it.each(calls)('finds nonsense from %s', async (method, call, nonsense) => {
    for (const answer of nonsense) {
      const { backend, guard } = guarded();
      backend.faults.set(method, async () => answer);
      expect((await rejectionOf(call(guard)))?.code).toBe('JOBS_BACKEND_CONTRACT');
    }
  });

  it.each(calls)('makes a failure of %s one with a code', async (method, call) => {
    for (const fail of [() => Promise.reject(new Error('x')), () => failAtOnce()]) {
      const { backend, guard } = guarded();
      backend.faults.set(method, fail);
      expect((await rejectionOf(call(guard)))?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
    }
  });

  it('refuses an answer for each job that is none', async () => {
    const { backend, guard } = guarded();
    backend.faults.set('add', async () => [{ id: 'a', outcome: 'stored' }]);
    const call = guard.add({ jobs: [{ id: 'a' } as never] });
    expect((await rejectionOf(call))?.code).toBe('JOBS_BACKEND_CONTRACT');
  });

  it('has the parts the backend has, and no other', () => {
    const { guard } = guarded();
    expect([guard.name, guard.capabilities.virtualTime]).toEqual(['test', true]);
    expect(guard.events && guard.logs).toBeDefined();
    expect(guard.schedules ?? guarded(false).guard.events).toBeUndefined();
  });

  it('waits for what has to come first, but to open and to close', async () => {
    const clock = new TestClock();
    const backend = testBackend({ clock });
    const asked: string[] = [];
    const guard = guardBackend(backend, new Guard('test', clock, 1000), async (method) => {
      asked.push(method);
      if (method === 'counts') throw new RangeError('not now');
    });
    await guard.open();
    await guard.isPaused();
    await guard.workers?.list();
    await expect(guard.counts()).rejects.toThrow(RangeError);
    await guard.close();
    expect(asked).toEqual(['isPaused', 'workers.list', 'counts']);
    expect(backend.calls).toEqual(['open', 'isPaused', 'workers.list', 'close']);
  });

  it('gives the children of a job the time of a call for each thousand', async () => {
    const clock = new TestClock();
    const backend = testBackend({ clock });
    const stuck = (): Promise<never> => new Promise(() => undefined);
    const workflows = { addChildren: stuck } as unknown as NonNullable<Backend['workflows']>;
    const guard = guardBackend(
      Object.assign(Object.create(backend), { workflows }),
      new Guard('test', clock, 1000),
      () => undefined,
    );
    const lease = { id: 'parent', fencingToken: 1 };
    const ended: string[] = [];
    for (const count of [2001, 10]) {
      const jobs = Array.from({ length: count }, (_, index) => ({ id: `${index}` }) as never);
      const call = guard.workflows!.addChildren({ lease, jobs, onDependencyFailure: 'fail' });
      void call.catch((error: Error) => ended.push(/within \d+ ms/.exec(error.message)?.[0] ?? ''));
    }
    await clock.advance(1000);
    expect(ended).toEqual(['within 1000 ms']);
    await clock.advance(2000);
    expect(ended).toEqual(['within 1000 ms', 'within 3000 ms']);
  });

  it('ends a subscription that comes too late', async () => {
    const { backend, guard, clock } = guarded();
    let ended = 0;
    let answer = (_subscription: object): void => undefined;
    backend.faults.set('events.subscribe', () => new Promise((resolve) => (answer = resolve)));
    const call = rejectionOf(guard.events!.subscribe({ onEvent: () => undefined }));
    await clock.advance(1000);
    await call;
    answer({
      unsubscribe: async () => {
        ended += 1;
        throw new Error('and that fails');
      },
    });
    await clock.advance(0);
    expect(ended).toBe(1);
  });
});

function failAtOnce(): never {
  throw new Error('x');
}
