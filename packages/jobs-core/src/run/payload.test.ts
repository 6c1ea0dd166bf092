import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rejectionOf } from '../../test/code-of.ts';
import { strayRejections } from '../../test/stray-rejections.ts';
import { settle } from '../../test/test-clock.ts';
import { errorOf, testQueue } from '../../test/test-queue.ts';
import type { Codec } from '../job/codec.ts';
import { defineJob } from '../job/define-job.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { Job } from '../queue/job.ts';

/** Carries a Date, and nothing else, as `{ $date }`. */
const dates: Codec = {
  encode: (value) => ({ $date: (value as Date).toISOString() }),
  decode: (json) => new Date((json as { $date: string }).$date),
};

describe('the payload a handler gets', () => {
  it('is its own: no other code sees what the handler or the producer changes', async () => {
    const { queue } = testQueue();
    const seen: unknown[] = [];
    const job = defineJob({
      name: 'work',
      attempts: 2,
      backoff: () => 0,
      handler: (payload: { list: number[] }) => {
        seen.push([...payload.list]);
        payload.list.push(99);
        if (seen.length === 1) throw new Error('again');
      },
    });
    const payload = { list: [1] };
    const { id } = await queue.enqueue(job, payload);
    payload.list.push(2);
    await queue.process();
    await settle();
    expect(seen).toEqual([[1], [1]]);
    expect((await queue.getJob(id))?.payload).toEqual({ list: [1] });
  });

  it('is the output of the schema', async () => {
    const { queue } = testQueue();
    let got: unknown;
    const job = defineJob({
      name: 'work',
      schema: z.object({ at: z.coerce.date(), count: z.coerce.number().default(7) }),
      handler: (payload) => {
        got = payload;
      },
    });
    await queue.enqueue(job, { at: new Date(0) });
    await queue.process();
    await settle();
    expect(got).toEqual({ at: new Date(0), count: 7 });
  });

  it('is decoded by the definition’s codec, else the queue’s; so is the result', async () => {
    const wrapped: Codec = {
      encode: (value) => ({ wrapped: value as JsonValue }),
      decode: (json) => (json as { wrapped: unknown }).wrapped,
    };
    const { queue, backend } = testQueue({ codec: wrapped });
    const job = defineJob({ name: 'own', codec: dates, handler: (at: Date) => at });
    const other = defineJob({ name: 'other', handler: (text: string) => text.toUpperCase() });
    const own = await queue.enqueue(job, new Date(5));
    const { id } = await queue.enqueue(other, 'hello');
    await queue.process();
    await settle();
    expect(backend.store.jobs.get(own.id)?.record.payload).toEqual({
      $date: new Date(5).toISOString(),
    });
    expect(await queue.waitFor(own)).toEqual(new Date(5));
    expect((await queue.getJob(id))?.result).toBe('HELLO');
    expect(backend.store.jobs.get(id)?.record.result).toEqual({ wrapped: 'HELLO' });
  });

  it('is never a promise: a codec answers at once, or its job fails for good', async () => {
    const fail = async (): Promise<never> => Promise.reject(new Error('too late'));
    const { queue } = testQueue();
    let ran = false;
    const define = (name: string, codec: object) =>
      defineJob({ name, codec: codec as Codec, handler: () => (ran = true) });
    const encodes = define('encodes', { encode: fail, decode: (json: unknown) => json });
    const decodes = define('decodes', { encode: (value: unknown) => value, decode: fail });
    let job: Job | undefined;
    const stray = await strayRejections(async () => {
      const refused = await rejectionOf(queue.enqueue(encodes, 1));
      expect(refused?.code).toBe('JOBS_PAYLOAD_NOT_SERIALIZABLE');
      const { id } = await queue.enqueue(decodes, 1);
      await queue.process();
      await settle();
      job = await queue.getJob(id);
    });
    expect(job).toMatchObject({ status: 'failed', attemptsMade: 0, payload: 1 });
    expect(job?.error).toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
      cause: { message: expect.stringContaining('`codec.decode`') },
    });
    expect([stray, ran]).toEqual([[], false]);
  });

  it('is brought from the version stored to the one known', async () => {
    const { queue, backend } = testQueue();
    let got: unknown;
    const job = defineJob({
      name: 'greet',
      version: 2,
      migrate: { 1: (old: { name: string }) => ({ who: old.name }) },
      schema: z.object({ who: z.string() }),
      handler: (payload) => {
        got = payload;
      },
    });
    const { id } = await queue.enqueue(job, { who: 'x' });
    backend.store.change(backend.store.jobs.get(id)!, { payload: { name: 'Ada' }, version: 1 });
    await queue.process();
    await settle();
    expect(got).toEqual({ who: 'Ada' });
  });
});

describe('a payload that cannot be read', () => {
  const job = defineJob({
    name: 'work',
    version: 2,
    schema: z.object({ n: z.number() }),
    handler: () => 'ran',
  });

  it.each([
    ['does not fit its schema', { payload: { n: 'text' } }, 'JOBS_INVALID_PAYLOAD'],
    ['cannot be migrated', { payload: { n: 1 }, version: 1 }, 'JOBS_MIGRATION_FAILED'],
  ])('because it %s: fails for good, with no attempt used', async (_, change, code) => {
    const { queue, backend } = testQueue();
    const { id } = await queue.enqueue(job, { n: 1 });
    backend.store.change(backend.store.jobs.get(id)!, change);
    await queue.process();
    await settle();
    expect(await queue.getJob(id)).toMatchObject({ status: 'failed', attemptsMade: 0 });
    expect(errorOf(backend, id)?.code).toBe(code);
  });

  it('because its migration makes what its schema refuses: fails for good', async () => {
    const { queue, backend } = testQueue();
    const migrate = { 1: (old: { text: string }) => ({ n: old.text }) };
    const schema = z.object({ n: z.unknown() }).refine(({ n }) => typeof n === 'number');
    const moved = defineJob({ name: 'moved', version: 2, schema, migrate, handler: () => 'ran' });
    const { id } = await queue.enqueue(moved, { n: 1 });
    backend.store.change(backend.store.jobs.get(id)!, { payload: { text: 'one' }, version: 1 });
    await queue.process();
    await settle();
    expect(await queue.getJob(id)).toMatchObject({ status: 'failed', attemptsMade: 0 });
    expect(errorOf(backend, id)?.code).toBe('JOBS_INVALID_PAYLOAD');
  });

  it('because its codec throws: fails for good, and is shown as it is stored', async () => {
    const broken: Codec = {
      encode: () => 'sealed',
      decode: () => {
        throw new Error('wrong key');
      },
    };
    const { queue, backend } = testQueue();
    const sealed = defineJob({ name: 'sealed', codec: broken, handler: (_at: Date) => 1 });
    const { id } = await queue.enqueue(sealed, new Date());
    await queue.process();
    await settle();
    expect(errorOf(backend, id)).toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
      cause: { message: 'wrong key' },
    });
    expect((await queue.getJob(id))?.payload).toBe('sealed');
  });

  it('because its schema fails by itself: is tried again', async () => {
    const { queue, clock } = testQueue();
    let calls = 0;
    const flaky: StandardSchemaV1<string> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value) => {
          calls += 1;
          if (calls === 2) throw new Error('the database of the schema is away');
          return { value: value as string };
        },
      },
    };
    const checked = defineJob({ name: 'checked', schema: flaky, handler: () => 'ran' });
    const { id } = await queue.enqueue(checked, 'x');
    await queue.process();
    await clock.advance(1000);
    expect((await queue.getJob(id))?.result).toBe('ran');
  });

  it('because its schema never answers: is ended by the timeout', async () => {
    const { queue, clock } = testQueue();
    let calls = 0;
    const schema = z.string().refine(() => ++calls === 1 || new Promise<boolean>(() => undefined));
    const stuck = defineJob({ name: 'stuck', schema, timeout: 500, attempts: 1, handler: () => 1 });
    const { id } = await queue.enqueue(stuck, 'x');
    await queue.process();
    await clock.advance(500);
    expect((await queue.getJob(id))?.error?.code).toBe('JOBS_TIMEOUT');
  });
});
