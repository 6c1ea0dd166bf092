import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rejectionOf } from '../../test/code-of.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { EnqueueOptions } from './enqueue-options.ts';

const work = defineJob({ name: 'work', handler: (_payload: unknown) => 'done' });
const other = defineJob({ name: 'other', attempts: 5, handler: () => undefined });

describe('enqueue', () => {
  it('stores the job with the defaults of its definition, then of the queue', async () => {
    const { queue, backend, clock } = testQueue({
      defaultJobOptions: { attempts: 7, priority: 2, removeOnFail: 5, expiresIn: 100 },
    });
    const now = clock.now();
    const plain = await queue.enqueue(work, { a: 1 });
    const own = await queue.enqueue(other);
    const given = await queue.enqueue(other, undefined, { attempts: 1, priority: -3, delay: 50.5 });
    expect(backend.store.jobs.get(plain.id)?.job).toMatchObject({
      name: 'work',
      payload: { a: 1 },
      version: 1,
      priority: 2,
      createdAt: now,
      runAt: now,
      maxAttempts: 7,
      expiresAt: now + 100,
      metadata: {},
      keepCompleted: { ageMs: 86_400_000, count: 1000, total: 10_000 },
      keepFailed: { count: 5 },
    });
    expect(own).toMatchObject({ maxAttempts: 5, priority: 2, status: 'waiting' });
    expect(given).toMatchObject({ maxAttempts: 1, priority: -3, status: 'delayed' });
    expect(given.runAt.getTime()).toBe(now + 51);
  });

  it('answers with the job as it is stored', async () => {
    const { queue } = testQueue();
    const job = await queue.enqueue(work, { a: [1] }, { metadata: { tenant: 't' } });
    expect(job).toEqual(await queue.getJob(job.id));
  });

  it('takes a time as Date or number, and one that is past means now', async () => {
    const { queue, clock } = testQueue();
    const at = clock.now() + 500;
    for (const runAt of [at, new Date(at), at - 0.5]) {
      expect((await queue.enqueue(work, 1, { runAt })).runAt.getTime()).toBe(at);
    }
    expect(await queue.enqueue(work, 1, { runAt: new Date(0) })).toMatchObject({
      status: 'waiting',
    });
  });

  it('returns the existing job for a known id, as a duplicate', async () => {
    const { queue, backend } = testQueue();
    await queue.enqueue(work, 'first', { jobId: 'order-1' });
    const again = await queue.enqueue(work, 'second', { jobId: 'order-1' });
    expect(again).toMatchObject({ id: 'order-1', payload: 'first', duplicate: true });
    backend.faults.set('get', async () => undefined);
    const gone = await queue.enqueue(work, 'second', { jobId: 'order-1' });
    expect(gone).toMatchObject({ id: 'order-1', duplicate: true });
  });

  it('registers the definition', async () => {
    const { queue } = testQueue();
    await queue.enqueue(work, 1);
    await expect(queue.enqueue('work' as never, 2 as never)).resolves.toMatchObject({
      name: 'work',
    });
    expect(queue.getDefinitions()).toEqual([work]);
    expect(queue.getDefinition('work')).toBe(work);
  });

  it.each<[field: string, options: Record<string, unknown>]>([
    ['delay', { delay: -1 }],
    ['delay', { delay: Number.NaN }],
    ['delay', { delay: '5s' }],
    ['delay', { delay: 5, runAt: 5 }],
    ['runAt', { runAt: new Date(Number.NaN) }],
    ['runAt', { runAt: 'tomorrow' }],
    ['priority', { priority: 1_000_001 }],
    ['priority', { priority: 0.5 }],
    ['attempts', { attempts: 0 }],
    ['jobId', { jobId: '' }],
    ['jobId', { jobId: 'x'.repeat(257) }],
    ['jobId', { jobId: 42 }],
    ['metadata', { metadata: [1] }],
    ['metadata', { metadata: 'text' }],
    ['deduplicate', { deduplicate: '' }],
    ['deduplicate', { deduplicate: 5 }],
    ['deduplicate.key', { deduplicate: {} }],
    ['deduplicate.mode', { deduplicate: { key: 'k', mode: 'merge' } }],
    ['deduplicate.ttl', { deduplicate: { key: 'k', ttl: 0 } }],
    ['deduplicate.scope', { deduplicate: { key: 'k', scope: 'all' } }],
    ['deduplicate.maxWait', { deduplicate: { key: 'k', maxWait: 5 } }],
    ['deduplicate.maxWait', { deduplicate: { key: 'k', mode: 'extend', maxWait: 0 } }],
    ['deduplicate.window', { deduplicate: { key: 'k', window: 5 } }],
    ['options.id', { id: 'x' }],
    ['options.colour', { colour: 'red' }],
  ])('names `%s` when it is %j, and stores nothing', async (field, options) => {
    const { queue, backend } = testQueue();
    const refused = rejectionOf(queue.enqueue(work, 1, options as EnqueueOptions));
    expect(await refused).toEqual({ code: 'JOBS_INVALID_ARGUMENT', field });
    expect(backend.calls).not.toContain('open');
  });

  it('refuses options and jobs that are none', async () => {
    const { queue } = testQueue({ jobs: [work] });
    for (const options of [null, 5, 'x', []]) {
      const call = queue.enqueue(work, 1, options as never);
      expect((await rejectionOf(call))?.field).toBe('options');
    }
    expect((await rejectionOf(queue.enqueue('wrok' as never)))?.code).toBe('JOBS_UNKNOWN_JOB');
    expect((await rejectionOf(queue.enqueue(undefined as never)))?.field).toBe('job');
  });

  it('counts a payload in bytes of UTF-8, to the byte', async () => {
    const { queue } = testQueue({ maxPayloadBytes: 12 });
    await queue.enqueue(work, 'é'.repeat(5));
    const over = rejectionOf(queue.enqueue(work, `${'é'.repeat(5)}a`));
    expect(await over).toEqual({ code: 'JOBS_PAYLOAD_TOO_LARGE', field: 'payload' });
  });

  it('bounds metadata', async () => {
    const { queue } = testQueue();
    const metadata = { text: 'x'.repeat(65_536) };
    expect(await rejectionOf(queue.enqueue(work, 1, { metadata }))).toEqual({
      code: 'JOBS_PAYLOAD_TOO_LARGE',
      field: 'metadata',
    });
    const bad = queue.enqueue(work, 1, { metadata: { n: 1n } });
    expect((await rejectionOf(bad))?.code).toBe('JOBS_PAYLOAD_NOT_SERIALIZABLE');
  });

  it('refuses a payload its codec cannot encode', async () => {
    const encode = (): never => {
      throw new Error('no');
    };
    const job = defineJob({
      name: 'c',
      codec: { encode, decode: (x) => x },
      handler: (_x: Date) => 1,
    });
    const { queue } = testQueue();
    const call = queue.enqueue(job, new Date());
    expect((await rejectionOf(call))?.code).toBe('JOBS_PAYLOAD_NOT_SERIALIZABLE');
  });
});

describe('a schema at enqueue', () => {
  const schema = z.object({ at: z.date() });
  // @ts-expect-error JSON carries no Date; without a compiler, enqueue refuses it
  const strict = defineJob({ name: 'strict', schema, handler: () => 1 });
  const coercing = defineJob({
    name: 'coercing',
    schema: z.object({ at: z.coerce.date() }),
    handler: () => 1,
  });

  it('checks what will be stored, and hints at what to do about a Date', async () => {
    const { queue } = testQueue();
    await expect(queue.enqueue(strict, { at: new Date(0) })).rejects.toThrow(/z\.coerce\.date/);
    await expect(queue.enqueue(strict, { at: 'text' as never })).rejects.not.toThrow(/coerce/);
    const job = await queue.enqueue(coercing, { at: new Date(0) });
    expect(job.payload).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });

  it('hints also where the schema takes its time, and lets its own failures through', async () => {
    const { queue } = testQueue();
    // @ts-expect-error JSON carries no Date
    const slow = defineJob({
      name: 'slow',
      schema: schema.refine(async () => true),
      handler: () => 1,
    });
    await expect(queue.enqueue(slow, { at: new Date(0) })).rejects.toThrow(/z\.coerce\.date/);
    const broken = defineJob({
      name: 'broken',
      schema: z.string().transform((): string => {
        throw new RangeError('own');
      }),
      handler: () => 1,
    });
    await expect(queue.enqueue(broken, 'x')).rejects.toThrow(RangeError);
  });

  it('stores the input, not the output', async () => {
    const { queue } = testQueue();
    const schema = z.object({ n: z.string().transform(Number) });
    const job = defineJob({ name: 'transforms', schema, handler: ({ n }) => n + 1 });
    expect((await queue.enqueue(job, { n: '5' })).payload).toEqual({ n: '5' });
  });
});

describe('an id that a job of another type has', () => {
  const other = defineJob({ name: 'other', handler: () => 1 });
  const item = (job: typeof work | typeof other, jobId?: string) =>
    ({ job, payload: 1, options: jobId === undefined ? {} : { jobId } }) as never;

  it('is an error that says so, also among many that take several calls, and then none is stored', async () => {
    const { queue, backend } = testQueue();
    await queue.enqueue(work, 1, { jobId: 'a' });
    await expect(queue.enqueue(other, undefined, { jobId: 'a' })).rejects.toMatchObject({
      code: 'JOBS_CONFLICT',
      details: { jobId: 'a', name: 'other', takenBy: 'work' },
    });
    const items = Array.from({ length: 1_500 }, () => item(work));
    for (const index of [3, 1_400]) {
      const many = items.with(index, item(other, 'a'));
      await expect(queue.enqueueMany(many as never)).rejects.toMatchObject({
        code: 'JOBS_CONFLICT',
        details: { index, takenBy: 'work' },
      });
    }
    const twice = [item(work, 'b'), item(work), item(other, 'b')];
    await expect(queue.enqueueMany(twice as never)).rejects.toMatchObject({
      code: 'JOBS_CONFLICT',
      details: { index: 2, takenBy: 'work' },
    });
    expect([...backend.store.jobs.keys()]).toEqual(['a']);
  });
});

describe('deduplication', () => {
  const keyed = defineJob({
    name: 'keyed',
    deduplicate: ({ user }: { user: string }) => ({
      key: user,
      mode: 'replace' as const,
      ttl: 500,
    }),
    handler: (_payload: { user: string; n: number }) => undefined,
  });

  it('asks the definition, unless the options say otherwise', async () => {
    const { queue, backend } = testQueue();
    const { id } = await queue.enqueue(keyed, { user: 'ada', n: 1 });
    expect(backend.store.jobs.get(id)?.job.deduplication).toEqual({
      key: '5:keyed:ada',
      mode: 'replace',
      ttlMs: 500,
    });
    const second = await queue.enqueue(keyed, { user: 'ada', n: 2 });
    expect(second).toMatchObject({ id, duplicate: true, payload: { user: 'ada', n: 2 } });
    const own = await queue.enqueue(keyed, { user: 'ada', n: 3 }, { deduplicate: 'mine' });
    expect(backend.store.jobs.get(own.id)?.job.deduplication).toEqual({
      key: '5:keyed:mine',
      mode: 'drop',
    });
  });

  it('makes different keys of different names, and of those that hold queue-wide', async () => {
    const { queue, backend } = testQueue();
    const names = ['a', 'a:b', '1:a'].map((name) => defineJob({ name, handler: () => 1 }));
    const keys = new Set<string | undefined>();
    for (const job of names) {
      for (const key of ['k', 'b:k', '1:a:k', ':k']) {
        for (const scope of ['name', 'queue'] as const) {
          const { id } = await queue.enqueue(job, undefined, { deduplicate: { key, scope } });
          keys.add(backend.store.jobs.get(id)?.job.deduplication?.key);
        }
      }
    }
    expect(keys.size).toBe(3 * 4 + 4);
  });

  it('passes on how long a job is put off at most', async () => {
    const { queue, backend } = testQueue();
    const deduplicate = { key: 'k', mode: 'extend', maxWait: 900 } as const;
    const { id } = await queue.enqueue(work, 1, { deduplicate });
    expect(backend.store.jobs.get(id)?.job.deduplication).toMatchObject({ maxWaitMs: 900 });
  });

  it('refuses a function that throws or answers nonsense', async () => {
    const { queue } = testQueue();
    const answers = [null, 7, {}, Promise.resolve('key')];
    for (const [index, answer] of answers.entries()) {
      const job = defineJob({
        name: `bad ${index}`,
        deduplicate: () => answer as never,
        handler: () => 1,
      });
      const code = (await rejectionOf(queue.enqueue(job)))?.code;
      expect(code).toBe('JOBS_INVALID_ARGUMENT');
    }
    const deduplicate = (): never => {
      throw new Error('x');
    };
    const throwing = defineJob({ name: 'throwing', deduplicate, handler: () => 1 });
    expect(await rejectionOf(queue.enqueue(throwing))).toEqual({
      code: 'JOBS_INVALID_ARGUMENT',
      field: 'deduplicate',
    });
  });

  it('is refused by a backend without it', async () => {
    const { queue } = testQueue({ parts: false });
    const call = queue.enqueue(keyed, { user: 'ada', n: 1 });
    expect((await rejectionOf(call))?.code).toBe('JOBS_NOT_SUPPORTED');
  });
});

describe('prepare', () => {
  it('checks and fills in as enqueue does, and stores nothing', async () => {
    const { queue, backend, clock } = testQueue();
    const job = await queue.prepare(other, undefined, { delay: 5 });
    expect(job).toMatchObject({ name: 'other', maxAttempts: 5, runAt: clock.now() + 5 });
    expect((await rejectionOf(queue.prepare(work, 1n)))?.code).toBe(
      'JOBS_PAYLOAD_NOT_SERIALIZABLE',
    );
    expect(backend.store.jobs.size).toBe(0);
  });

  it('asks neither schema nor keys for a payload that comes later', async () => {
    const { queue } = testQueue();
    const strict = defineJob({
      name: 'strict',
      schema: {
        '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [] }) },
      },
      deduplicate: () => {
        throw new Error('asked for a key');
      },
      priority: 3,
      handler: async () => undefined,
    });
    const job = await queue.prepare(strict, undefined, { delay: 5 }, { payloadLater: true });
    expect(job).toMatchObject({ name: 'strict', priority: 3, delayMs: 5, payload: undefined });
    expect(job.deduplication).toBeUndefined();
    const keyed = { deduplicate: 'key' };
    expect(await queue.prepare(strict, undefined, keyed, { payloadLater: true })).toMatchObject({
      deduplication: { mode: 'drop' },
    });
    const wrong = queue.prepare(strict, undefined, { delay: -1 }, { payloadLater: true });
    expect((await rejectionOf(wrong))?.code).toBe('JOBS_INVALID_ARGUMENT');
  });
});
