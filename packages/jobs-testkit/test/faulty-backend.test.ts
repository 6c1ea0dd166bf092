import { createQueue, defineJob, type IQueue, type Queue } from '@philjs/jobs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createFaultyBackend,
  createTestClock,
  type Fault,
  type FaultyBackend,
  type TestClock,
} from '../src/index.ts';
import { silentLogger } from '../src/suite/silent-logger.ts';
import { memoryBackend } from './support/memory.ts';

const TIMEOUT_MS = 2_000;
const echo = defineJob({ name: 'echo', handler: (payload: unknown) => payload });

/** A call of the queue for every method of a backend it makes. */
const CALLS: { readonly [method: string]: (queue: IQueue) => Promise<unknown> } = {
  add: (queue) => queue.enqueue(echo, 1),
  get: (queue) => queue.getJob('a'),
  list: (queue) => queue.getJobs(),
  counts: (queue) => queue.getStats(),
  remove: (queue) => queue.removeJob('a'),
  retry: (queue) => queue.retryJob('a'),
  promote: (queue) => queue.promoteJob('a'),
  cancel: (queue) => queue.cancelJob('a'),
  clear: (queue) => queue.clear(),
  setPaused: (queue) => queue.pause(),
  isPaused: (queue) => queue.isPaused(),
  consume: (queue) => queue.process(),
  'logs.read': (queue) => queue.getLogs('a'),
  'workers.list': (queue) => queue.getWorkers(),
  'limits.read': (queue) => queue.getLimits('echo'),
  'orders.read': (queue) => queue.getOrder(),
  'updates.update': async ({ backend }) =>
    backend.updates?.update({ ids: ['a'], changes: { priority: 1 } }),
  'metrics.read': async ({ backend }) => backend.metrics?.read({ from: 0, to: 1 }),
  'schedules.get': async ({ backend }) => backend.schedules?.get({ id: 'a' }),
};

const CODES: { readonly [fault in Fault]: string } = {
  throw: 'JOBS_BACKEND_UNAVAILABLE',
  reject: 'JOBS_BACKEND_UNAVAILABLE',
  'reject-late': 'JOBS_BACKEND_UNAVAILABLE',
  hang: 'JOBS_BACKEND_UNAVAILABLE',
  'hang-late': 'JOBS_BACKEND_UNAVAILABLE',
  nonsense: 'JOBS_BACKEND_CONTRACT',
};
const FAULTS = Object.keys(CODES) as Fault[];

let clock: TestClock;
let faulty: FaultyBackend;
let queue: Queue;

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = call.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  );
  await clock.advance(TIMEOUT_MS);
  return outcome;
}

function createFaultyQueue(): Queue {
  return createQueue({
    backend: faulty.create,
    clock,
    backendTimeout: TIMEOUT_MS,
    logger: silentLogger,
    jobs: [echo],
  });
}

beforeEach(() => {
  clock = createTestClock();
  faulty = createFaultyBackend(memoryBackend());
  queue = createFaultyQueue();
});

afterEach(async () => {
  faulty.heal();
  const closing = queue.close({ timeout: 0 });
  await clock.advance(60_000);
  await closing;
});

describe('a queue on a backend that fails', () => {
  it('gives up a call that is never answered, though the clock is set back meanwhile', async () => {
    faulty.fail('counts', 'hang');
    const call = queue.getStats().catch((error: { code?: unknown }) => error.code);
    await clock.advance(TIMEOUT_MS / 2);
    await clock.set(clock.now() - 3_600_000);
    await clock.advance(2 * TIMEOUT_MS);
    expect(await Promise.race([call, 'nothing yet'])).toBe('JOBS_BACKEND_UNAVAILABLE');
  });

  for (const fault of FAULTS) {
    for (const [method, call] of Object.entries(CALLS)) {
      it(`reports \`${method}\` that does ${fault}, and works again afterwards`, async () => {
        await queue.enqueue(echo, 0, { jobId: 'a' });
        faulty.fail(method, fault, { times: 1 });
        expect(await codeOf(call(queue))).toBe(CODES[fault]);
        await queue.resume();
        await queue.process();
        const job = await queue.enqueue(echo, 'fine', { jobId: 'b' });
        const result = queue.waitFor(job);
        await clock.advance(TIMEOUT_MS);
        expect(await result).toBe('fine');
      });
    }

    it(`opens later when opening does ${fault}`, async () => {
      faulty.fail('open', fault, { times: 1 });
      expect(await codeOf(queue.getStats())).toBe(CODES[fault]);
      expect((await queue.getStats()).total).toBe(0);
    });

    it(`closes in time when closing does ${fault}`, async () => {
      await queue.process();
      faulty.fail('close', fault);
      const closing = queue.close({ timeout: 0 }).then(() => 'closed');
      await clock.advance(6_000);
      expect(await closing).toBe('closed');
    });
  }

  for (const fault of ['reject-late', 'hang-late'] as const) {
    it(`stores a job once that is enqueued again because adding did ${fault}`, async () => {
      faulty.fail('add', fault, { times: 1 });
      expect(await codeOf(queue.enqueue(echo, 1, { jobId: 'same' }))).toBe(CODES[fault]);
      const again = await queue.enqueue(echo, 1, { jobId: 'same' });
      expect([again.duplicate, (await queue.getStats()).total]).toEqual([true, 1]);
    });
  }

  it('loses nothing it accepted while every other call fails', async () => {
    await queue.process();
    const accepted: string[] = [];
    for (let n = 0; n < 60; n++) {
      const fault = FAULTS[n % FAULTS.length] as Fault;
      if (n % 2 === 0) faulty.fail('add', fault, { times: 1 });
      const enqueued = queue.enqueue(echo, n).then(
        ({ id }) => accepted.push(id),
        () => undefined,
      );
      await clock.advance(TIMEOUT_MS);
      await enqueued;
    }
    expect(accepted.length).toBeGreaterThanOrEqual(30);
    for (const id of accepted) expect((await queue.getJob(id))?.status).toBe('completed');
  });

  it('lets a job run whose progress and log cannot be written', async () => {
    const reports = defineJob({
      name: 'reports',
      handler: async (_payload: undefined, ctx) => {
        ctx.log('lost');
        await ctx.updateProgress(1).catch(() => undefined);
        return 'went on';
      },
    });
    const errors: unknown[] = [];
    queue.on('error', ({ error }) => void errors.push((error as { code?: unknown }).code));
    faulty.fail('logs.append', 'reject');
    faulty.fail('setProgress', 'reject');
    await queue.process();
    const job = await queue.enqueue(reports, undefined);
    await clock.advance(TIMEOUT_MS);
    expect((await queue.getJob(job.id))?.result).toBe('went on');
    expect(errors).toContain('JOBS_BACKEND_UNAVAILABLE');
  });

  it('runs a job with a rate limit later when the limit cannot be asked', async () => {
    const limited = defineJob({
      name: 'limited',
      rateLimit: { max: 1, per: 1_000 },
      backoff: { type: 'fixed', delay: 1_000 },
      handler: () => 'ran',
    });
    queue.register(limited);
    faulty.fail('limiter.take', 'reject', { times: 1 });
    await queue.process();
    const job = await queue.enqueue(limited, undefined);
    await clock.advance(10_000);
    expect(await queue.getJob(job.id)).toMatchObject({ status: 'completed', result: 'ran' });
  });

  it('hears of events later when subscribing fails', async () => {
    faulty.fail('events.subscribe', 'reject', { times: 2 });
    const completed: string[] = [];
    queue.on('error', () => undefined);
    queue.on('completed', ({ jobId }) => void completed.push(jobId));
    await clock.advance(60_000);
    await queue.process();
    const job = await queue.enqueue(echo, 1);
    await clock.settle();
    expect(completed).toEqual([job.id]);
  });

  it('answers a caller who waits for a job though events and reads fail for a while', async () => {
    const job = await queue.enqueue(echo, 'patience');
    faulty.fail('events.subscribe', 'hang');
    const waiting = queue.waitFor(job);
    await clock.advance(TIMEOUT_MS);
    faulty.fail('get', 'reject', { times: 3 });
    await queue.process();
    await clock.advance(120_000);
    expect(await waiting).toBe('patience');
  });
});
