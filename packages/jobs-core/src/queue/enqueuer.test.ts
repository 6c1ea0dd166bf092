import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { EnqueueMiddleware } from './enqueue-middleware.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { Job } from './job.ts';

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

describe('enqueueMany', () => {
  const items = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ job: work, payload: index }));

  it('stores all in order, a thousand a call', async () => {
    const { queue, backend } = testQueue();
    const jobs = await queue.enqueueMany(items(2_500));
    expect(jobs.map(({ payload }) => payload)).toEqual(items(2_500).map(({ payload }) => payload));
    expect(backend.calls.filter((call) => call === 'add')).toHaveLength(3);
    expect(backend.store.jobs.size).toBe(2_500);
  });

  it('takes no item for none', async () => {
    const { queue, backend } = testQueue();
    expect(await queue.enqueueMany([])).toEqual([]);
    expect(backend.calls).not.toContain('add');
  });

  it('names a bad item by its index and stores none', async () => {
    const { queue, backend } = testQueue();
    const bad = [
      { job: work, payload: 1n },
      { job: work, payload: 1, options: { delay: -1 } },
      { job: 'unknown', payload: 1 },
      { job: work, paylod: 1 },
      null,
    ];
    for (const item of bad) {
      const call = queue.enqueueMany([...items(2), item as never, ...items(1)]);
      await expect(call).rejects.toMatchObject({ details: { index: 2 } });
    }
    expect(backend.store.jobs.size).toBe(0);
    expect(await rejectionOf(queue.enqueueMany('x' as never))).toMatchObject({ field: 'items' });
  });

  it('names the item whose schema refuses it, also one that takes its time', async () => {
    const { queue } = testQueue();
    const schema = z.string().refine(async (text) => text !== 'bad');
    const job = defineJob({ name: 'checked', schema, handler: () => 1 });
    const call = queue.enqueueMany(['a', 'bad'].map((payload) => ({ job, payload })));
    await expect(call).rejects.toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
      details: { index: 1 },
    });
  });

  it('marks the jobs that were there', async () => {
    const { queue } = testQueue();
    await queue.enqueue(work, 'old', { jobId: 'a' });
    const jobs = await queue.enqueueMany([
      { job: work, payload: 'new', options: { jobId: 'a' } },
      { job: work, payload: 'new', options: { jobId: 'b' } },
    ]);
    expect(jobs.map(({ payload, duplicate }) => [payload, duplicate])).toEqual([
      ['old', true],
      ['new', undefined],
    ]);
  });
});

describe('enqueueMiddleware', () => {
  const tenant: EnqueueMiddleware = (_payload, ctx, next) => {
    ctx.options = { ...ctx.options, metadata: { ...ctx.options.metadata, tenant: 't' } };
    return next();
  };

  it('wraps each enqueue, the first outermost, and may change payload and options', async () => {
    const seen: string[] = [];
    const note =
      (name: string): EnqueueMiddleware =>
      async (payload, ctx, next) => {
        seen.push(`${name} ${ctx.queueName}/${ctx.name} ${payload}`);
        ctx.payload = `${payload}+${name}`;
        return next();
      };
    const { queue } = testQueue({ enqueueMiddleware: [note('a'), note('b'), tenant] });
    const job = await queue.enqueue(work, 'p', { priority: 1 });
    expect(seen).toEqual(['a default/work p', 'b default/work p+a']);
    expect(job).toMatchObject({ payload: 'p+a+b', metadata: { tenant: 't' }, priority: 1 });
  });

  it('wraps each job of a batch, which is still stored in one call, in its order', async () => {
    const { queue, backend, clock } = testQueue({
      enqueueMiddleware: async (payload, ctx, next) => {
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 100 - Number(payload)));
        ctx.payload = Number(payload) * 2;
        return next();
      },
    });
    const enqueued = queue.enqueueMany([10, 20, 30].map((payload) => ({ job: work, payload })));
    await clock.advance(100);
    expect((await enqueued).map(({ payload }) => payload)).toEqual([20, 40, 60]);
    expect([...backend.store.jobs.values()].map(({ job }) => job.payload)).toEqual([20, 40, 60]);
    expect(backend.calls.filter((call) => call === 'add')).toHaveLength(1);
  });

  it('may answer with another job, which is then not stored', async () => {
    const known: Job[] = [];
    const { queue, backend } = testQueue({
      enqueueMiddleware: async (payload, _ctx, next) => (payload === 'known' ? known[0]! : next()),
    });
    known.push(await queue.enqueue(work, 'x', { jobId: 'there' }));
    const jobs = await queue.enqueueMany(
      ['known', 'new'].map((payload) => ({ job: work, payload })),
    );
    expect(jobs.map(({ payload }) => payload)).toEqual(['x', 'new']);
    expect((await queue.enqueue(work, 'known')).id).toBe('there');
    expect(backend.store.jobs.size).toBe(2);
  });

  it('that throws refuses the job; in a batch its index is named and nothing stored', async () => {
    const late: unknown[] = [];
    const { queue, backend, clock } = testQueue({
      enqueueMiddleware: async (payload, _ctx, next) => {
        if (payload === 'bad') throw new RangeError('not this');
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 50));
        return next().catch((error) => {
          late.push(error);
          throw error;
        });
      },
    });
    await expect(queue.enqueue(work, 'bad')).rejects.toThrow(RangeError);
    const batch = queue.enqueueMany(
      ['good', 'bad', 'good'].map((payload) => ({ job: work, payload })),
    );
    const refused = expect(batch).rejects.toThrow(RangeError);
    await clock.advance(50);
    await refused;
    expect([backend.store.jobs.size, late.length]).toEqual([0, 2]);
  });

  it('is refused a second next(), and an item it makes bad is named', async () => {
    const { queue } = testQueue({
      enqueueMiddleware: async (payload, ctx, next) => {
        if (payload === 'bad') ctx.payload = 1n;
        await next();
        return next();
      },
    });
    expect((await rejectionOf(queue.enqueue(work, 1)))?.code).toBe('JOBS_MIDDLEWARE_NEXT_TWICE');
    const batch = queue.enqueueMany([
      { job: work, payload: 'ok' },
      { job: work, payload: 'bad' },
    ]);
    await expect(batch).rejects.toMatchObject({
      code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE',
      details: { index: 1 },
    });
  });

  it('hears of a backend that fails', async () => {
    const heard: string[] = [];
    const { queue, backend } = testQueue({
      enqueueMiddleware: (_payload, _ctx, next) =>
        next().catch((error) => {
          heard.push(error.code);
          throw error;
        }),
    });
    backend.faults.set('add', () => Promise.reject(new Error('away')));
    await rejectionOf(queue.enqueue(work, 1));
    const items = [1, 2].map((payload) => ({ job: work, payload }));
    expect((await rejectionOf(queue.enqueueMany(items)))?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
    expect(heard).toEqual(Array(3).fill('JOBS_BACKEND_UNAVAILABLE'));
    await settle();
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
