import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { settle, TestClock } from '../../test/test-clock.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { Guard } from './guard.ts';

const any = () => true;

function guarded(timeoutMs = 1000) {
  const clock = new TestClock();
  return { clock, guard: new Guard('store', clock, timeoutMs) };
}

describe('Guard', () => {
  it('passes an answer on', async () => {
    const { guard } = guarded();
    await expect(guard.call('get', async () => 5, any)).resolves.toBe(5);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('ECONNREFUSED'))],
    [
      'throws',
      () => {
        throw new Error('ECONNREFUSED');
      },
    ],
    ['rejects with what is no error', () => Promise.reject(Object.create(null))],
  ])('makes a call that %s unavailable, with its cause', async (_, call) => {
    const { guard } = guarded();
    const error = await guard.call('add', call, any).catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
      details: { backend: 'store', method: 'add' },
    });
    expect(error.cause).toBeDefined();
  });

  it('leaves an error of our own as it is', async () => {
    const { guard } = guarded();
    const error = new JobsError('JOBS_CONFLICT', 'no');
    await expect(guard.call('add', () => Promise.reject(error), any)).rejects.toBe(error);
  });

  it.each([undefined, null, 'OK', [], 7])('refuses the nonsense %j', async (answer) => {
    const { guard } = guarded();
    const call = guard.call(
      'add',
      async () => answer as unknown,
      (value) => value === true,
    );
    expect((await rejectionOf(call))?.code).toBe('JOBS_BACKEND_CONTRACT');
  });

  it('gives up each call that never answers at its time, with one timer for all', async () => {
    const { clock, guard } = guarded(1000);
    const codes: string[] = [];
    const never = (name: string) =>
      void guard
        .call('get', () => new Promise(() => undefined), any)
        .catch(({ code }) => {
          codes.push(`${name} ${code}`);
        });
    never('a');
    await clock.advance(400);
    never('b');
    never('c');
    expect(clock.pending).toBe(1);
    await clock.advance(600);
    expect(codes).toEqual(['a JOBS_BACKEND_UNAVAILABLE']);
    await clock.advance(400);
    expect(codes).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('takes answers that came while the process was blocked, and spares each call once', async () => {
    const { clock, guard } = guarded(1000);
    let answer = (_value: unknown): void => undefined;
    const answered = guard.call('get', () => new Promise((resolve) => (answer = resolve)), any);
    const silent = rejectionOf(guard.call('get', () => new Promise(() => undefined), any));
    clock.jump(5000);
    await clock.advance(0);
    answer('in time');
    expect(await answered).toBe('in time');
    clock.jump(5000);
    await clock.advance(0);
    expect((await silent)?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
    expect(clock.pending).toBe(0);
  });

  it('ignores an answer that comes too late, but for what ends it', async () => {
    const { clock, guard } = guarded(1000);
    const ended: unknown[] = [];
    let answer = (_value: unknown): void => undefined;
    const call = guard.call(
      'consume',
      () => new Promise((resolve) => (answer = resolve)),
      any,
      (late) => ended.push(late),
    );
    const rejected = rejectionOf(call);
    await clock.advance(1000);
    expect((await rejected)?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
    answer('a consumer without a caller');
    await settle();
    expect(ended).toEqual(['a consumer without a caller']);
  });
});

describe('Guard, with a call that does the work of several', () => {
  it('gives it as much more time, and no more to a call made after it', async () => {
    const { clock, guard } = guarded(1000);
    const ended: string[] = [];
    const never = (name: string, calls: number) =>
      void guard
        .call(name, () => new Promise(() => undefined), any, undefined, calls)
        .catch((error: Error) => ended.push(/within \d+ ms/.exec(error.message)?.[0] ?? ''));
    never('large', 3);
    await clock.advance(1500);
    never('small', 1);
    await clock.advance(999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['within 1000 ms']);
    await clock.advance(500);
    expect(ended).toEqual(['within 1000 ms', 'within 3000 ms']);
  });
});
