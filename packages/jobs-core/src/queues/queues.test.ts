import { describe, expect, it } from 'vitest';
import { refusalOf, rejectionOf } from '../../test/code-of.ts';
import { testBackend } from '../../test/test-backend.ts';
import { settle, TestClock } from '../../test/test-clock.ts';
import { silent } from '../../test/test-queue.ts';
import { declareJob } from '../job/declare-job.ts';
import { defineJob } from '../job/define-job.ts';
import { createQueue } from '../queue/create-queue.ts';
import { createQueues } from './create-queues.ts';

const sendEmail = defineJob({
  name: 'send-email',
  queue: 'emails',
  handler: async (payload: { to: string }) => ({ sent: payload.to }),
});
const buildReport = defineJob({ name: 'build-report', handler: (pages: number) => pages });
const homeless = defineJob({ name: 'homeless', handler: () => undefined });

function testQueues() {
  const clock = new TestClock();
  const backend = () => testBackend({ clock });
  const parts = { emails: { concurrency: 5 }, reports: { jobs: [buildReport] } } as const;
  return {
    clock,
    queues: createQueues(parts, { backend, clock, jobs: [sendEmail], logger: silent }),
  };
}

/** Returns the message of what a call throws. */
function messageOf(call: () => unknown): string {
  try {
    call();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('many queues', () => {
  it('get each job by the queue of its definition, else by who lists it', async () => {
    const { queues } = testQueues();
    await queues.enqueue(sendEmail, { to: 'ada' });
    await queues.enqueue('send-email', { to: 'bob' });
    await queues.enqueue(sendEmail.with({ priority: 5 }), { to: 'eve' });
    await queues.enqueue(buildReport, 3);
    const { emails, reports } = await queues.getStats();
    expect([emails.waiting, reports.waiting]).toEqual([3, 1]);
  });

  it('warn of a queue for dead letters that is nearly one of them', () => {
    const warned: string[] = [];
    const logger = { ...silent, warn: (text: string) => void warned.push(text) };
    const jobs = ['dead', 'deed', 'elsewhere'].map((deadLetter) =>
      defineJob({ name: deadLetter, queue: 'emails', deadLetter, handler: () => undefined }),
    );
    const backend = () => testBackend({ clock: new TestClock() });
    createQueues({ emails: {}, dead: {} }, { backend, jobs, logger });
    expect(warned).toEqual([expect.stringMatching(/`emails`.*`deed`.*`dead`/)]);
  });

  it('warn of no queue for dead letters that is named after one of them', () => {
    const warned: string[] = [];
    const logger = { ...silent, warn: (text: string) => void warned.push(text) };
    const backend = () => testBackend({ clock: new TestClock() });
    const parts = {
      invoices: { deadLetter: 'invoices-dlq' },
      orders: { deadLetter: 'orders.dl' },
      mails: { deadLetter: 'mail' },
      notifications: {},
    };
    createQueues(parts, { backend, logger, deadLetter: 'failed-notifications' });
    expect(warned).toEqual([]);
  });

  it('say what to do with a job that has no queue', async () => {
    const { queues } = testQueues();
    expect(await rejectionOf(queues.enqueue(homeless))).toEqual({
      code: 'JOBS_INVALID_ARGUMENT',
      field: 'queue',
    });
    const message = messageOf(() => queues.queueOf(homeless));
    expect(message).toContain('Give its definition a `queue`');
    expect(message).toContain("queues.get('emails').enqueue(…)");
    expect((await rejectionOf(queues.enqueue('send-mail' as never)))?.code).toBe(
      'JOBS_UNKNOWN_JOB',
    );
    const mistyped = defineJob({ name: 'x', queue: 'email', handler: () => undefined });
    expect(messageOf(() => queues.queueOf(mistyped))).toContain('Did you mean `emails`?');
  });

  it('refuse a job in a queue that is not its own', async () => {
    const { queues } = testQueues();
    expect(
      (await rejectionOf(queues.get('reports').enqueue(sendEmail, { to: 'ada' })))?.field,
    ).toBe('queue');
    const alone = createQueue({ backend: testBackend({ clock: new TestClock() }), logger: silent });
    expect((await rejectionOf(alone.enqueue(sendEmail, { to: 'ada' })))?.field).toBe('queue');
    const backend = () => testBackend({ clock: new TestClock() });
    expect(
      refusalOf(() => createQueues({ reports: { jobs: [sendEmail] } }, { backend }))?.field,
    ).toBe('queue');
    expect(
      refusalOf(() => createQueues({ reports: {} }, { backend, jobs: [sendEmail] }))?.field,
    ).toBe('jobs');
  });

  it('store many jobs in the order given, and none if one is bad', async () => {
    const { queues } = testQueues();
    const jobs = await queues.enqueueMany([
      { job: sendEmail, payload: { to: 'ada' } },
      { job: buildReport, payload: 7 },
      { job: 'send-email', payload: { to: 'bob' } },
    ]);
    expect(jobs.map((job) => job.payload)).toEqual([{ to: 'ada' }, 7, { to: 'bob' }]);
    const bad = queues.enqueueMany([
      { job: sendEmail, payload: { to: 'eve' } },
      { job: buildReport, payload: Number.NaN },
    ]);
    await expect(bad).rejects.toMatchObject({ details: { index: 1 } });
    const { emails, reports } = await queues.getStats();
    expect([emails.total, reports.total]).toEqual([2, 1]);
    expect(await queues.enqueueMany([])).toEqual([]);
  });

  it('store none of many jobs if one waits for another and its backend cannot', async () => {
    const { queues } = testQueues();
    const email = { job: sendEmail, payload: { to: 'ada' } };
    const report = { job: buildReport, payload: 7, options: { dependsOn: [email] } };
    const stored = queues.enqueueMany([email, report]);
    await expect(stored).rejects.toMatchObject({
      code: 'JOBS_NOT_SUPPORTED',
      details: { capability: 'workflows', index: 1 },
    });
    const back = { ...email, options: { dependsOn: [report] } };
    expect(await rejectionOf(queues.enqueueMany([email, report, back]))).toEqual({
      code: 'JOBS_INVALID_ARGUMENT',
      field: 'dependsOn',
    });
    const { emails, reports } = await queues.getStats();
    expect([emails.total, reports.total]).toEqual([0, 0]);
  });

  it('run, wait, tell and stop together', async () => {
    const { queues } = testQueues();
    const seen: string[] = [];
    const end = queues.on('completed', ({ queueName }) => seen.push(queueName));
    await queues.process();
    const email = await queues.enqueue(sendEmail, { to: 'ada' });
    const report = await queues.enqueue(buildReport, 3);
    expect(await queues.waitFor(email)).toEqual({ sent: 'ada' });
    expect(await queues.waitFor(report)).toBe(3);
    expect(seen.toSorted()).toEqual(['emails', 'reports']);
    end();
    await queues.stop();
    await queues.enqueue(buildReport, 4);
    await settle();
    expect((await queues.getStats()).reports.waiting).toBe(1);
    expect(seen).toHaveLength(2);
    await queues.close();
    expect((await rejectionOf(queues.enqueue(buildReport, 5)))?.code).toBe('JOBS_QUEUE_CLOSED');
  });

  it('wait for no job that is only an id, and say who does', async () => {
    const { queues } = testQueues();
    for (const id of ['some-id', undefined, { id: 'some-id' }]) {
      const error = await queues.waitFor(id as never).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
        details: { field: 'job' },
        message: expect.stringContaining('.waitFor(id)'),
      });
    }
    const error = await queues.waitFor('some-id' as never).catch((thrown: Error) => thrown);
    expect(String(error)).toContain('got `"some-id"`');
  });

  it('tell a listener once, of whichever queue, and not after it was taken away', async () => {
    const { queues } = testQueues();
    const seen: string[] = [];
    const never: string[] = [];
    const unwanted = ({ queueName }: { queueName: string }) => never.push(queueName);
    queues.once('completed', ({ queueName }) => seen.push(queueName));
    queues.once('completed', unwanted);
    queues.off('completed', unwanted);
    await queues.process();
    await queues.waitFor(await queues.enqueue(sendEmail, { to: 'ada' }));
    await queues.waitFor(await queues.enqueue(buildReport, 3));
    expect([seen, never]).toEqual([['emails'], []]);
    await queues.close();
  });

  it('run only those that a process is for, with the concurrency it says', async () => {
    const { queues } = testQueues();
    await queues.process({ queues: ['reports'], concurrency: { reports: 3 } });
    const workers = await Promise.all(queues.all.map((queue) => queue.getWorkers()));
    expect(workers.map((list) => list.map(({ concurrency }) => concurrency))).toEqual([[], [3]]);
    expect((await rejectionOf(queues.process({ queues: ['report' as never] })))?.field).toBe(
      'name',
    );
    await queues.close();
  });

  it('refuse to be run by a process that names none of them', async () => {
    const { queues } = testQueues();
    const refused = queues.process({ queues: [] });
    expect(await rejectionOf(refused)).toEqual({ code: 'JOBS_INVALID_ARGUMENT', field: 'queues' });
    expect(await refused.catch(({ message }: Error) => message)).toContain('emails, reports');
    await queues.process({ queues: undefined });
    const workers = await Promise.all(queues.all.map((queue) => queue.getWorkers()));
    expect(workers.map(({ length }) => length)).toEqual([1, 1]);
    await queues.close();
  });

  it('may have the name of what every object has', async () => {
    const clock = new TestClock();
    const parts = { toString: { concurrency: 3 }, constructors: {} };
    const backend = () => testBackend({ clock });
    const queues = createQueues(parts, { backend, clock, logger: silent });
    await queues.process();
    const [worker] = await queues.get('toString').getWorkers();
    expect(worker?.concurrency).toBe(3);
  });

  it('are there in a handler', async () => {
    const clock = new TestClock();
    const backend = () => testBackend({ clock });
    const signUp = defineJob({
      name: 'sign-up',
      queue: 'users',
      handler: async (to: string, ctx) => {
        await ctx.queues.enqueue(sendEmail, { to });
        return ctx.queues.all.map(({ name }) => name);
      },
    });
    const parts = { users: {}, emails: {} };
    const queues = createQueues(parts, {
      backend,
      clock,
      jobs: [signUp, sendEmail],
      logger: silent,
    });
    await queues.process({ queues: ['users'] });
    expect(await queues.waitFor(await queues.enqueue(signUp, 'ada'))).toEqual(['users', 'emails']);
    expect((await queues.getStats()).emails.waiting).toBe(1);
    await queues.close();
  });

  it('are the queue alone in a handler of a queue that is alone', async () => {
    const clock = new TestClock();
    const names = defineJob({
      name: 'names',
      handler: (_: undefined, ctx) => [...ctx.queues].map((one) => one.name),
    });
    const queue = createQueue({
      backend: testBackend({ clock }),
      clock,
      jobs: [names],
      logger: silent,
    });
    await queue.process();
    expect(await queue.waitFor(await queue.enqueue(names))).toEqual(['default']);
    await queue.close();
  });

  it('share options, of which those of one queue win', async () => {
    const clock = new TestClock();
    const order: string[] = [];
    const note =
      (name: string) => async (_: unknown, __: unknown, next: () => Promise<unknown>) => {
        order.push(name);
        return next();
      };
    const queues = createQueues(
      {
        reports: {
          jobs: [buildReport],
          middleware: note('own'),
          defaultJobOptions: { attempts: 7, priority: undefined },
        },
      },
      {
        backend: () => testBackend({ clock }),
        clock,
        logger: silent,
        middleware: note('shared'),
        defaultJobOptions: { attempts: 2, priority: 4 },
      },
    );
    const job = await queues.enqueue(buildReport, 1);
    expect([job.maxAttempts, job.priority]).toEqual([7, 4]);
    await queues.process();
    await queues.waitFor(job);
    expect(order).toEqual(['shared', 'own']);
    await queues.close();
  });

  it('are known by a job that is only declared, too', async () => {
    const clock = new TestClock();
    const declared = declareJob<string>({ name: 'declared', queue: 'emails' });
    const handled = declared.handle(async (text) => text.length);
    const backend = () => testBackend({ clock });
    const queues = createQueues(
      { emails: { jobs: [handled] } },
      { backend, clock, logger: silent },
    );
    await queues.process();
    expect(await queues.waitFor(await queues.enqueue(declared, 'four'))).toBe(4);
    await queues.close();
  });

  it.each([
    [undefined, 'queues'],
    [[], 'queues'],
    [{}, 'queues'],
    [{ emails: { concurrecy: 5 } }, 'queues.emails.concurrecy'],
    [{ emails: { name: 'mails' } }, 'queues.emails.name'],
    [{ ' ': {} }, 'queues'],
  ])('are refused as %j', (parts, field) => {
    const backend = () => testBackend({ clock: new TestClock() });
    expect(refusalOf(() => createQueues(parts as never, { backend }))?.field).toBe(field);
  });

  it('say which of them has a wrong option', () => {
    const backend = () => testBackend({ clock: new TestClock() });
    const parts = { emails: {}, reports: { concurrency: -1 } };
    const details = expect.objectContaining({ field: 'concurrency', queue: 'reports' });
    expect(() => createQueues(parts, { backend })).toThrow(expect.objectContaining({ details }));
  });

  it.each([
    ['jobs', buildReport],
    ['jobs', 7],
    ['jobs', 'build-report'],
    ['defaultJobOptions', 7],
    ['defaultJobOptions', null],
    ['defaultJobOptions', Promise.resolve({ attempts: 5 })],
  ])('refuse `%s` of the wrong shape, in a queue and shared', (field, value) => {
    const backend = () => testBackend({ clock: new TestClock() });
    const refused = { code: 'JOBS_INVALID_ARGUMENT', field };
    const options = { [field]: value } as never;
    expect(refusalOf(() => createQueues({ a: options }, { backend }))).toEqual(refused);
    expect(
      refusalOf(() => createQueues({ a: {} }, { backend, ...(options as object) } as never)),
    ).toEqual(refused);
  });

  it('refuse what is no name, whatever it is', () => {
    const { queues } = testQueues();
    for (const name of [Object.create(null), Symbol('emails'), 7, undefined]) {
      expect(refusalOf(() => queues.get(name))).toEqual({
        code: 'JOBS_INVALID_ARGUMENT',
        field: 'name',
      });
    }
  });

  it('need a factory, since a backend is for one queue', () => {
    const backend = testBackend({ clock: new TestClock() });
    expect(refusalOf(() => createQueues({ a: {} }, { backend: backend as never }))?.field).toBe(
      'backend',
    );
  });
});
