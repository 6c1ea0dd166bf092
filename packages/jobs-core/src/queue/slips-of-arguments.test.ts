import { describe, expect, it, vi } from 'vitest';
import { refusalOf, rejectionOf } from '../../test/code-of.ts';
import { testBackend } from '../../test/test-backend.ts';
import { settle, TestClock } from '../../test/test-clock.ts';
import { silent, testQueue } from '../../test/test-queue.ts';
import { checkName } from '../job/check-name.ts';
import { defineJob } from '../job/define-job.ts';
import { composeMiddleware } from '../middleware/compose-middleware.ts';
import { createLoggingMiddleware } from '../middleware/logging-middleware.ts';
import { createQueue } from './create-queue.ts';
import type { EnqueueMiddleware } from './enqueue-middleware.ts';

const work = defineJob({ name: 'work', handler: (payload: number) => payload });
const invalid = (field: string) => ({ code: 'JOBS_INVALID_ARGUMENT', field });

describe('arguments that are none', () => {
  it('are refused by createQueue, events, enqueueMany', async () => {
    expect(refusalOf(() => createQueue(null as never))).toEqual(invalid('createQueue'));
    expect(refusalOf(() => testQueue().queue.events(null as never))).toEqual(invalid('events'));
    // biome-ignore lint/suspicious/noSparseArray: a hole is what this is about
    const holes = [{ job: work, payload: 1 }, , { job: work, payload: 2 }];
    const passing: EnqueueMiddleware = (_payload, _ctx, next) => next();
    for (const options of [{}, { enqueueMiddleware: passing }]) {
      const { queue } = testQueue(options);
      expect(await rejectionOf(queue.enqueueMany(holes as never))).toEqual(invalid('item'));
      expect(await queue.getStats()).toMatchObject({ total: 0 });
    }
  });

  it('are refused as names of events and as listeners', () => {
    const { queue } = testQueue();
    for (const listen of ['on', 'once', 'off'] as const) {
      expect(refusalOf(() => queue[listen]('complete' as never, () => undefined))).toEqual(
        invalid('event'),
      );
      expect(refusalOf(() => queue[listen]('completed', undefined as never))).toEqual(
        invalid('listener'),
      );
    }
  });

  it('are refused by stop and close, also by a second close', async () => {
    const { queue } = testQueue();
    expect(await rejectionOf(queue.stop({ timeout: -1 }))).toEqual(invalid('timeout'));
    expect(await rejectionOf(queue.close({ timeout: -1 }))).toEqual(invalid('timeout'));
    expect((await queue.getStats()).total).toBe(0);
    await queue.close();
    expect(await rejectionOf(queue.close({ timeout: -1 }))).toEqual(invalid('timeout'));
  });

  it.each(['name', 'status', 'ids'])(
    'are refused in a query for many: `%s` that is undefined would match all',
    async (field) => {
      const { queue } = testQueue();
      await queue.enqueue(work, 1);
      for (const act of ['removeJobs', 'retryJobs'] as const) {
        const query = { [field]: undefined };
        expect(await rejectionOf(queue[act](query))).toEqual(invalid(field));
      }
      expect(await queue.removeJobs({})).toBe(1);
    },
  );
});

describe('things of the wrong shape', () => {
  // biome-ignore lint/suspicious/noSparseArray: a hole is what this is about
  const hole = [(_payload: unknown, _ctx: unknown, next: () => unknown) => next(), ,] as never;

  it('are refused where middleware is given, a hole in a list included', () => {
    for (const middleware of [hole, null, 7] as never[]) {
      const define = () => defineJob({ name: 'x', middleware, handler: () => 1 });
      expect(refusalOf(define)?.code).toBe('JOBS_INVALID_ARGUMENT');
      expect(refusalOf(() => testQueue({ middleware }))?.code).toBe('JOBS_INVALID_ARGUMENT');
    }
    for (const list of [hole, [7], [undefined], [null]] as never[][]) {
      expect(refusalOf(() => composeMiddleware(...list))?.code).toBe('JOBS_INVALID_ARGUMENT');
    }
  });

  it('are refused as a logger of the logging middleware, and as defaults of jobs', () => {
    for (const logger of [7, null, 'x', { info: () => 1 }] as never[]) {
      expect(refusalOf(() => createLoggingMiddleware(logger))).toEqual(invalid('logger'));
    }
    for (const defaultJobOptions of [null, 7, []] as never[]) {
      expect(refusalOf(() => testQueue({ defaultJobOptions }))).toEqual(
        invalid('defaultJobOptions'),
      );
    }
  });

  it('are refused as the query of every act on many', async () => {
    const { queue } = testQueue();
    for (const act of ['retryJobs', 'removeJobs', 'promoteJobs', 'cancelJobs'] as const) {
      for (const query of [null, 7, 'x', []] as never[]) {
        expect([act, (await rejectionOf(queue[act](query)))?.code]).toEqual([
          act,
          'JOBS_INVALID_ARGUMENT',
        ]);
      }
    }
  });
});

describe('clear', () => {
  it('takes no query, which would select nothing: removeJobs does', async () => {
    const { queue } = testQueue();
    await queue.enqueue(work, 1);
    const clear = queue.clear.bind(queue) as (query: object) => Promise<number>;
    for (const query of [{ name: 'other' }, {}, { status: 'failed' }]) {
      expect(await rejectionOf(clear(query))).toEqual(invalid('clear'));
      expect((await queue.getStats()).total).toBe(1);
    }
    expect(await queue.removeJobs({ name: 'other' })).toBe(0);
    expect(await queue.clear()).toBe(1);
  });
});

describe('a delay', () => {
  it('has one range, in a definition, as a default and at enqueue', async () => {
    const century = 100 * 365 * 86_400_000;
    for (const delay of [0, 30 * 86_400_000, century]) {
      const { queue } = testQueue({ defaultJobOptions: { delay } });
      const job = defineJob({ name: 'delayed', delay, handler: () => 1 });
      await queue.enqueue(job, undefined, { delay });
    }
    for (const delay of [-1, Number.NaN, century + 1]) {
      expect(refusalOf(() => defineJob({ name: 'x', delay, handler: () => 1 }))?.field).toBe(
        'delay',
      );
      const { queue } = testQueue();
      expect((await rejectionOf(queue.enqueue(work, 1, { delay })))?.field).toBe('delay');
    }
  });
});

describe('a name', () => {
  it.each([
    ['a space before', ' work'],
    ['a line break after', 'work\n'],
    ['a zero-width space', 'wo\u200brk'],
    ['a zero-width joiner', 'wo\u200drk'],
    ['a byte order mark', '\ufeffwork'],
    ['a soft hyphen', 'wo\u00adrk'],
    ['a bidi override', 'work\u202e'],
    ['a bidi isolate', '\u2066work'],
    ['an invisible joiner', 'wo\u034frk'],
    ['a Hangul filler', 'work\u3164'],
    ['a blank of braille', 'wo\u2800rk'],
  ])('with %s is refused', (_, name) => {
    expect(refusalOf(() => checkName('name', name))).toEqual(invalid('name'));
  });

  it('may hold letters of every script, spaces within, and emoji', () => {
    for (const name of ['send mail', 'größe', '送信', 'отчёт', 'mail 📧']) {
      expect(checkName('name', name)).toBe(name);
    }
  });
});

describe('listening', () => {
  it('once and for good with one function: both are called, and end apart', async () => {
    const { queue } = testQueue();
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    const off = queue.on('waiting', count);
    queue.once('waiting', count);
    await queue.enqueue(work, 1);
    await settle();
    expect(calls).toBe(2);
    await queue.enqueue(work, 1);
    await settle();
    expect(calls).toBe(3);
    off();
    queue.once('waiting', count);
    await queue.enqueue(work, 1);
    await settle();
    expect(calls).toBe(4);
    queue.once('waiting', count);
    queue.off('waiting', count);
    await queue.enqueue(work, 1);
    await settle();
    expect(calls).toBe(4);
  });

  it('hears what emit is given, but no wait ends by it', async () => {
    const { queue } = testQueue();
    const { id } = await queue.enqueue(work, 7);
    const heard: unknown[] = [];
    queue.on('completed', ({ result }) => heard.push(result));
    const waited = queue.waitFor(id);
    await settle();
    const at = new Date();
    queue.emit({ type: 'completed', queueName: queue.name, jobId: id, at, result: 'forged' });
    await queue.process();
    expect(await waited).toBe(7);
    expect(heard).toEqual(['forged', 7]);
  });
});

describe('deduplicate', () => {
  it('of a definition is turned off for one job by `false`', async () => {
    const { queue } = testQueue();
    const job = defineJob({
      name: 'unique',
      handler: (payload: number) => payload,
      deduplicate: () => 'k',
    });
    const first = await queue.enqueue(job, 1);
    expect((await queue.enqueue(job, 2)).id).toBe(first.id);
    const apart = await queue.enqueue(job, 3, { deduplicate: false });
    expect(apart.id).not.toBe(first.id);
    expect(apart.duplicate).toBeUndefined();
  });
});

describe('starting a worker that runs', () => {
  it('changes its concurrency where one is given', async () => {
    const { queue } = testQueue({ concurrency: 2 });
    await Promise.all([queue.process({ concurrency: 3 }), queue.process({ concurrency: 4 })]);
    await queue.process();
    expect(await queue.getWorkers()).toMatchObject([{ concurrency: 4 }]);
    await queue.process({ concurrency: 5 });
    expect(await queue.getWorkers()).toMatchObject([{ concurrency: 5 }]);
    await queue.stop();
    await queue.process();
    expect(await queue.getWorkers()).toMatchObject([{ concurrency: 2 }]);
  });
});

describe('a name without a definition', () => {
  it('says once what is dropped when it is enqueued all the same', async () => {
    const warn = vi.fn();
    const { queue } = testQueue({ unknownJobs: 'accept', logger: { ...silent, warn } });
    await queue.enqueue('elsewhere', 1);
    await queue.enqueue('elsewhere', 2);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/elsewhere.*schema.*declareJob/s));
  });
});

describe('a virtual clock', () => {
  it('is refused on a backend that does not live by it', () => {
    const clock = Object.assign(new TestClock(), { isVirtual: true });
    const backend = testBackend({ clock });
    expect(testQueue({ clock, backend }).queue.clock).toBe(clock);
    const capabilities = { ...backend.capabilities, virtualTime: false };
    const real = { ...backend, capabilities };
    expect(refusalOf(() => testQueue({ clock, backend: real }))?.code).toBe('JOBS_NOT_SUPPORTED');
  });
});
