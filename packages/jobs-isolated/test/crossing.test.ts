import { defineJob, type Job } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { describe, expect, it } from 'vitest';
import { isolated } from '../src/index.ts';
import { acting, handlerAt, quiet } from './acting.ts';
import { ended, working } from './isolating.ts';

describe.each(['thread', 'process'] as const)('from a %s', (place) => {
  const job = acting({ in: place });

  it('errors come with name, message, stack, code, cause and fields', async () => {
    const seen: unknown[] = [];
    const watched = defineJob({
      name: 'watched',
      attempts: 2,
      backoff: { type: 'fixed', delay: 0 },
      retryIf: (error) => {
        seen.push(error);
        return false;
      },
      handler: job.handler,
    });
    const queue = await working(watched);
    const { error } = await ended(queue, watched, { do: 'throw' });
    expect(error).toMatchObject({
      name: 'PaymentError',
      message: 'declined',
      code: 'E_DECLINED',
      details: { status: 402 },
      cause: { name: 'TypeError', message: 'the card is old' },
    });
    expect(error?.stack).toContain('act.ts');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ code: 'E_DECLINED', status: 402 });
    expect((await ended(queue, watched, { do: 'throwText' })).error?.message).toBe('text');
  });

  it('errors of this system keep what they mean', async () => {
    const often = acting({ in: place }, { attempts: 5 });
    const queue = await working(often);
    const done = await ended(queue, often, { do: 'throwOurs' });
    expect(done).toMatchObject({
      status: 'failed',
      attemptsMade: 1,
      error: { name: 'JobsError', code: 'JOBS_NOT_SUPPORTED', details: { field: 'card' } },
    });
  });

  it('a result that cannot be copied ends the job with an error that names the module', async () => {
    const often = acting({ in: place }, { attempts: 5 });
    const queue = await working(often);
    const { error, attemptsMade } = await ended(queue, often, { do: 'uncloned' });
    expect(error).toMatchObject({ code: 'JOBS_RESULT_NOT_SERIALIZABLE' });
    expect(error?.message).toContain('act.ts');
    expect(attemptsMade).toBe(1);
    expect((await ended(queue, often, { do: 'double', with: 1 })).result).toBe(2);
  });

  it('values beyond JSON come as they were, both ways', async () => {
    const at = new Date(5);
    const dated = defineJob({
      name: 'dated',
      attempts: 1,
      codec: {
        encode: (value) => (value as { at: Date }).at.getTime(),
        decode: (json) => ({ do: 'rich', at: new Date(json as number) }),
      },
      onComplete: (result) => void got.push(result),
      handler: job.handler as (payload: { at: Date }) => unknown,
    });
    const got: unknown[] = [];
    const queue = await working(dated);
    await ended(queue, dated, { at });
    await expect.poll(() => got).toEqual([{ at, of: new Map([['a', 1]]) }]);
  });

  it('a payload that cannot be copied fails its attempt', async () => {
    const odd = defineJob({
      name: 'odd',
      attempts: 1,
      codec: { encode: () => 1, decode: () => ({ by: () => 1 }) },
      handler: job.handler as (payload: unknown) => unknown,
    });
    const queue = await working(odd);
    const { error } = await ended(queue, odd, {});
    expect(error).toMatchObject({ code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE' });
    expect(error?.message).toContain('act.ts');
  });
});

describe('a module', () => {
  const failing = async (file: string): Promise<Job['error']> => {
    const job = defineJob({
      name: 'm',
      attempts: 1,
      handler: isolated<undefined, number>(handlerAt(file)),
    });
    return (await ended(await working(job), job, undefined)).error;
  };

  it.each([
    ['gone.ts', ['gone.ts', 'does not exist', 'nor `gone.js` beside it', 'import.meta.url']],
    ['bare.ts', ['bare.ts', 'a default export that is a function, got none']],
    ['object.ts', ['object.ts', 'got one of type object']],
    ['broken.ts', ['broken.ts', 'failed while it was loaded: no licence']],
    ['page.tsx', ['page.tsx', '--import tsx', 'Node 22.18']],
  ])('`%s` fails with an error that says what to do', async (file, parts) => {
    const error = await failing(file);
    expect(error).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT', details: { field: 'module' } });
    for (const part of parts) expect(error?.message).toContain(part);
  });

  it('that was compiled is found under the name of its source', async () => {
    const job = defineJob({
      name: 'compiled',
      handler: isolated<number, number>(handlerAt('compiled.ts')),
    });
    expect((await ended(await working(job), job, 1)).result).toBe(2);
  });

  it('serves the queues of a process together, and ends with the last', async () => {
    const job = acting({ in: 'process' });
    const [one, two] = [
      await working(job),
      createQueue({ name: 'two', jobs: [job], logger: quiet }),
    ];
    await two.process();
    const { result } = await ended(one, job, { do: 'where' });
    const { pid } = result as { pid: number };
    await two.waitFor(await two.enqueue(job, { do: 'where' }));
    await one.close();
    expect((await two.waitFor(await two.enqueue(job, { do: 'where' }))) as unknown).toMatchObject({
      pid,
    });
    await two.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
