import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { refusalOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { declareJob } from './declare-job.ts';
import { defineJob } from './define-job.ts';
import type { JobDefinition, JobInput, JobResult } from './job-definition.ts';

const sendEmail = defineJob({
  name: 'send-email',
  attempts: 7,
  expiresIn: 60_000,
  handler: ({ to }: { to: string }, ctx) => ({ sent: to, by: ctx.name }),
});
const urgent = sendEmail.with({ priority: 5, attempts: 2 });
const declared = declareJob<{ width: number }, string, 'resize'>({ name: 'resize', attempts: 4 });

describe('definition.with', () => {
  it('enqueues with its options over those of the definition, and runs its handler', async () => {
    const { queue, backend } = testQueue({ jobs: [sendEmail] });
    const soon = await queue.enqueue(urgent, { to: 'ada' });
    const plain = await queue.enqueue(sendEmail, { to: 'bob' });
    const named = await queue.enqueue('send-email', { to: 'eve' });
    const [once] = await queue.enqueueMany([
      { job: urgent, payload: { to: 'kay' }, options: { priority: 9 } },
    ]);
    const recordOf = (id = ''): unknown => backend.store.jobs.get(id)?.record;
    expect(recordOf(soon.id)).toMatchObject({
      name: 'send-email',
      priority: 5,
      maxAttempts: 2,
      expiresAt: soon.createdAt.getTime() + 60_000,
    });
    for (const { id } of [plain, named]) {
      expect(recordOf(id)).toMatchObject({ name: 'send-email', priority: 0, maxAttempts: 7 });
    }
    expect(recordOf(once?.id)).toMatchObject({ priority: 9, maxAttempts: 2 });
    await queue.process();
    expect(await queue.waitFor(soon)).toEqual({ sent: 'ada', by: 'send-email' });
  });

  it('is no second definition: the queue knows what it was made of', async () => {
    const { queue } = testQueue({});
    await queue.enqueue(urgent, { to: 'ada' });
    await queue.enqueue(sendEmail.with({ delay: 5 }), { to: 'ada' });
    await queue.enqueue(sendEmail, { to: 'ada' });
    expect(queue.getDefinitions()).toEqual([sendEmail]);
    expect(queue.getDefinition('send-email')).toBe(sendEmail);
    const other = defineJob({ name: 'send-email', handler: () => 1 });
    expect(refusalOf(() => testQueue({ jobs: [sendEmail] }).queue.register(other))?.field).toBe(
      'jobs',
    );
  });

  it('is refused where definitions are listed', () => {
    expect(refusalOf(() => testQueue({ jobs: [urgent] }))?.field).toBe('jobs');
    const { queue } = testQueue({ jobs: [sendEmail] });
    expect(refusalOf(() => queue.register(urgent))?.field).toBe('jobs');
    expect(refusalOf(() => queue.register(declared.with({})))?.field).toBe('jobs');
  });

  it('adds to what it has, says nothing by `undefined`, and leaves what it was made of', async () => {
    const later = urgent.with({ delay: 50, priority: undefined });
    expect(later.options).toMatchObject({ priority: 5, attempts: 2, delay: 50, expiresIn: 60_000 });
    expect(urgent.options.delay).toBeUndefined();
    expect(sendEmail.options.priority).toBeUndefined();
    expect(Object.isFrozen(later) && Object.isFrozen(later.options)).toBe(true);
    const { queue } = testQueue({ jobs: [sendEmail] });
    const { runAt, createdAt } = await queue.enqueue(later, { to: 'ada' });
    expect(runAt.getTime() - createdAt.getTime()).toBe(50);
  });

  it('goes with declared jobs, whose handler is added to the declaration', async () => {
    const handled = declared.handle(({ width }) => `${width} px`);
    const { queue, backend } = testQueue({ jobs: [handled] });
    for (const job of [declared.with({ priority: 3 }), handled.with({ priority: 3 })]) {
      const { id } = await queue.enqueue(job, { width: 5 });
      expect(backend.store.jobs.get(id)?.record).toMatchObject({ priority: 3, maxAttempts: 4 });
      expect('handle' in job).toBe(false);
    }
    expect(queue.getDefinition('resize')).toBe(handled);
    const producer = testQueue({}).queue;
    await producer.enqueue(declared.with({ priority: 3 }), { width: 5 });
    expect(producer.getDefinitions()).toEqual([declared]);
    await queue.process();
    await settle();
    expect((await queue.getStats()).completed).toBe(2);
  });

  it.each([
    [{ priorty: 5 }, 'with.priorty'],
    [{ timeout: 0 }, 'timeout'],
    [{ version: 5 }, 'with.version'],
    [{ priority: 0.5 }, 'priority'],
    [{ delay: '5m' }, 'delay'],
    [null, 'with'],
    [undefined, 'with'],
  ])('refuses %j', (options, field) => {
    expect(refusalOf(() => sendEmail.with(options as never))).toEqual({
      code: 'JOBS_INVALID_ARGUMENT',
      field,
    });
  });

  it('keeps name, payload and result', () => {
    expectTypeOf(urgent).toEqualTypeOf<typeof sendEmail>();
    expectTypeOf(urgent.name).toEqualTypeOf<'send-email'>();
    expectTypeOf<JobInput<typeof urgent>>().toEqualTypeOf<{ to: string }>();
    expectTypeOf<JobResult<typeof urgent>>().toEqualTypeOf<{ sent: string; by: string }>();
    const ofDeclared = declared.with({ priority: 1 });
    expectTypeOf(ofDeclared).toEqualTypeOf<
      JobDefinition<'resize', { width: number }, string, { width: number }>
    >();
    const parsed = defineJob({
      name: 'parsed',
      schema: z.object({ n: z.string().transform(Number) }),
      handler: ({ n }) => n,
    }).with({ attempts: 1 });
    expectTypeOf(parsed).toEqualTypeOf<
      JobDefinition<'parsed', { n: string }, number, { n: number }>
    >();
    // @ts-expect-error it is no option of a job that is enqueued
    expect(refusalOf(() => sendEmail.with({ version: 5 }))).toBeDefined();
  });
});
