import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineCapabilities } from '../contract/capabilities.ts';
import type { OpenTransaction } from '../contract/open-transaction.ts';
import { defineJob } from '../job/define-job.ts';
import type { IQueue } from './queue-interface.ts';

const echo = defineJob({ name: 'echo', handler: (n: number) => n });
const tx = { query: async () => ({ rows: [] }) };

/** Makes a queue whose backend begins transactions that end as `open` says, and the calls it got. */
function beginning(open: Partial<OpenTransaction> = {}, lockDuration = 30_000) {
  const clock = new TestClock();
  const backend = testBackend({ clock });
  const calls: unknown[] = [];
  const engine = Object.assign(Object.create(backend), {
    capabilities: defineCapabilities({ ...backend.capabilities, transactions: true }),
    add: (params: Parameters<typeof backend.add>[0]) => {
      calls.push(['add', params.transaction]);
      return backend.add(params);
    },
    begin: async (): Promise<OpenTransaction> => {
      calls.push('begin');
      return {
        transaction: tx,
        ...open,
        commit: () => {
          calls.push('commit');
          return open.commit?.() ?? Promise.resolve({ committed: true });
        },
        rollback: async () => {
          calls.push('rollback');
          await open.rollback?.();
        },
      };
    },
  }) as typeof backend;
  return { ...testQueue({ clock, backend: engine, lockDuration }), calls };
}

describe('queue.transaction', () => {
  it('commits when the function returns, and returns what that does', async () => {
    const { queue, calls } = beginning();
    const stored = queue.transaction(async (given) => {
      expect(given).toBe(tx);
      return (await queue.enqueue(echo, 1, { transaction: given })).name;
    });
    expect(await stored).toBe('echo');
    expect(calls).toEqual(['begin', ['add', tx], 'commit']);
  });

  it('is part of no call that does not name it', async () => {
    const { queue, calls } = beginning();
    await queue.transaction(async () => {
      await queue.enqueue(echo, 1);
      await queue.enqueueMany([{ job: echo, payload: 2 }]);
    });
    expect(calls).toEqual(['begin', ['add', undefined], ['add', undefined], 'commit']);
  });

  it('rolls back when the function throws, and throws its error', async () => {
    const { queue, calls, errors } = beginning();
    const mine = new Error('mine');
    const throwing = (): never => {
      throw mine;
    };
    await expect(queue.transaction(throwing)).rejects.toBe(mine);
    await expect(queue.transaction(() => Promise.reject(mine))).rejects.toBe(mine);
    expect(calls).toEqual(['begin', 'rollback', 'begin', 'rollback']);
    expect(errors).toEqual([]);
  });

  it('throws the error of the function also when the rollback fails, which it reports', async () => {
    const { queue, errors } = beginning({ rollback: () => Promise.reject(new Error('away')) });
    const mine = new Error('mine');
    await expect(queue.transaction(() => Promise.reject(mine))).rejects.toBe(mine);
    expect(errors).toMatchObject([{ message: 'away' }]);
  });

  it('says whether what could not be committed may be stored', async () => {
    const cause = new Error('why');
    const refused = beginning({ commit: async () => ({ committed: false, cause }) });
    await expect(refused.queue.transaction(() => 1)).rejects.toMatchObject({
      code: 'JOBS_ROLLED_BACK',
      details: { mayBeCommitted: false },
      cause,
    });
    const broken = beginning({ commit: () => Promise.reject(cause) });
    await expect(broken.queue.transaction(() => 1)).rejects.toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
      details: { mayBeCommitted: true },
      cause,
    });
  });

  it('ends one that keeps the other writers waiting after a third of a lease, by real time', async () => {
    const { queue, calls } = beginning({ isExclusive: true }, 150);
    let goOn: (error: Error) => void = () => undefined;
    const work = vi.fn(() => new Promise<never>((_, reject) => (goOn = reject)));
    await expect(queue.transaction(work)).rejects.toMatchObject({
      code: 'JOBS_TIMEOUT',
      details: { limitMs: 50 },
    });
    expect(calls).toEqual(['begin', 'rollback']);
    goOn(new Error('later, which nobody hears'));
    await expect(queue.transaction(() => 2)).resolves.toBe(2);
  });

  it('takes no longer than 4 seconds of a long lease from others', async () => {
    vi.useFakeTimers();
    try {
      const { queue } = beginning({ isExclusive: true });
      const ended = expect(queue.transaction(() => new Promise(() => undefined))).rejects;
      const refused = ended.toMatchObject({ code: 'JOBS_TIMEOUT', details: { limitMs: 4_000 } });
      await vi.advanceTimersByTimeAsync(4_000);
      await refused;
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses what is no function, and every call once the queue is closed', async () => {
    const { queue, calls } = beginning();
    await expect(queue.transaction('work' as never)).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field: 'work' },
    });
    await queue.close();
    await expect(queue.transaction(() => 1)).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
    expect(calls).toEqual([]);
  });

  it('is refused by a backend without transactions, and by one that begins none', async () => {
    const work = vi.fn();
    const refused = { code: 'JOBS_NOT_SUPPORTED', details: { capability: 'transactions' } };
    await expect(testQueue().queue.transaction(work)).rejects.toMatchObject(refused);
    const clock = new TestClock();
    const backend = testBackend({ clock });
    const capabilities = defineCapabilities({ ...backend.capabilities, transactions: true });
    const joining = Object.assign(Object.create(backend), { capabilities });
    const { queue } = testQueue({ clock, backend: joining });
    await expect(queue.transaction(work)).rejects.toMatchObject(refused);
    expect(work).not.toHaveBeenCalled();
  });

  it('gives the function what its own code says it is', () => {
    const check = (queue: IQueue) => {
      expectTypeOf(queue.transaction((given: typeof tx) => given.query())).resolves.toEqualTypeOf<{
        rows: never[];
      }>();
      queue.transaction((given) => expectTypeOf(given).toEqualTypeOf<unknown>());
    };
    expectTypeOf(check).toBeFunction();
  });
});
