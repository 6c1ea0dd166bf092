import { isJobsError, systemClock } from '@philjs/jobs-core';
import type { Backend, BackendEvent, MaybePromise, Outcome } from '@philjs/jobs-core/backend';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { describe, expect, it } from 'vitest';
import { consumption } from '../test/support/consumption.ts';
import { newJob } from '../test/support/new-job.ts';
import { memoryBackend } from './memory-backend.ts';
import { createMemoryStore } from './store/create-memory-store.ts';
import type { MemoryStore } from './store/memory-store.ts';

const never = (): Promise<Outcome> => new Promise(() => undefined);

async function open(clock: TestClock, queueName = 'q', store?: MemoryStore): Promise<Backend> {
  const backend = memoryBackend({ store })({ queueName, clock, logger: console });
  await backend.open();
  return backend;
}

async function codeOf(promise: unknown): Promise<unknown> {
  const error = await Promise.resolve(promise).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isJobsError(error) ? error.code : error;
}

describe('backends of one name', () => {
  it('share their jobs, whichever of them runs them', async () => {
    const clock = createTestClock(0);
    const [producer, worker] = [await open(clock), await open(clock)];
    const other = await open(clock, 'another');
    const { params, started } = consumption();
    await worker.consume(params);
    await producer.add({ jobs: [newJob('a')] });
    await clock.advance(0);
    expect(started).toEqual(['a']);
    expect(await producer.get({ id: 'a' })).toMatchObject({ status: 'completed', result: 'done' });
    expect(await other.get({ id: 'a' })).toBeUndefined();
  });

  it('keep them as long as one is open, and not longer', async () => {
    const clock = createTestClock(0);
    const [first, second] = [await open(clock), await open(clock)];
    await first.add({ jobs: [newJob('a')] });
    await first.close();
    await first.close();
    expect(await second.get({ id: 'a' })).toMatchObject({ id: 'a' });
    await second.close();
    expect((await (await open(clock)).counts()).waiting).toBe(0);
  });

  it('do not share when their clocks differ', async () => {
    const first = await open(createTestClock(0));
    await first.add({ jobs: [newJob('a')] });
    expect(await (await open(createTestClock(0))).get({ id: 'a' })).toBeUndefined();
  });

  it('that were made and never used keep nothing', async () => {
    const clock = createTestClock(0);
    memoryBackend()({ queueName: 'q', clock, logger: console });
    const used = await open(clock);
    await used.add({ jobs: [newJob('a')] });
    await used.close();
    expect((await (await open(clock)).counts()).waiting).toBe(0);
  });

  it('find their jobs again in a store of their own', async () => {
    const [clock, store] = [createTestClock(0), createMemoryStore()];
    const before = await open(clock, 'q', store);
    await before.add({ jobs: [newJob('a')] });
    await before.setPaused({ paused: true });
    await before.close();
    const after = await open(clock, 'q', store);
    expect(await after.get({ id: 'a' })).toMatchObject({ id: 'a', status: 'waiting' });
    expect(await after.isPaused()).toBe(true);
    expect(store.queueNames()).toEqual(['q']);
    expect(await (await open(clock)).get({ id: 'a' })).toBeUndefined();
  });
});

it('clears as many jobs a call as it is asked to, so that other work of the process has its turn', async () => {
  const backend = await open(createTestClock(0));
  const ids = Array.from({ length: 10 }, (_, index) => `${index}`);
  await backend.add({ jobs: ids.map((id) => newJob(id)) });
  expect(await backend.clear({ most: 4 })).toBe(4);
  expect(await backend.clear({ most: 4 })).toBe(4);
  expect(await backend.clear({ most: 4 })).toBe(2);
});

it('refuses a store it did not make', () => {
  for (const store of [{}, null, 'memory', new Map()]) {
    expect(() => memoryBackend({ store: store as never })).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  }
});

it('refuses an option it does not know', () => {
  expect(() => memoryBackend({ stores: createMemoryStore() } as never)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});

describe('time', () => {
  it('needs one timer for any number of delayed jobs', async () => {
    const clock = createTestClock(0);
    const backend = await open(clock);
    const { params, started } = consumption();
    await backend.consume(params);
    const delayed = Array.from({ length: 1_000 }, (_, i) => i);
    for (let turn = 0; turn < 10; turn++) {
      const jobs = delayed.map((i) =>
        newJob(`${turn}/${i}`, { runAt: 60_000 - turn * 10 - (i % 7) }),
      );
      await backend.add({ jobs });
    }
    await clock.advance(0);
    expect(clock.nextAt).toBe(60_000 - 96);
    // One more belongs to a timer that the earlier one made unnecessary.
    expect(clock.pending).toBe(1);
    await clock.advance(60_000 - 97);
    expect(started).toEqual([]);
    await clock.advance(97);
    expect(started).toHaveLength(10_000);
  });

  it('starts a job delayed for longer than platform timers last', async () => {
    const clock = createTestClock(0);
    const backend = await open(clock);
    const { params, started } = consumption();
    await backend.consume(params);
    const runAt = 400 * 86_400_000;
    await backend.add({ jobs: [newJob('a', { runAt })] });
    await clock.advance(runAt - 1);
    expect(started).toEqual([]);
    await clock.advance(1);
    expect(started).toEqual(['a']);
  });

  it('does not show finished jobs whose time is over', async () => {
    const clock = createTestClock(0);
    const backend = await open(clock);
    await backend.consume(consumption().params);
    await backend.add({ jobs: [newJob('a', { keepCompleted: { ageMs: 1_000, count: 9 } })] });
    await clock.advance(1_000);
    expect((await backend.counts()).completed).toBe(1);
    await clock.advance(1);
    const page = await backend.list({ statuses: ['completed'], order: 'newest', limit: 5 });
    expect(page.jobs).toEqual([]);
    expect((await backend.counts()).completed).toBe(0);
    expect(await backend.get({ id: 'a' })).toBeUndefined();
  });
});

describe('closing', () => {
  it('gives running jobs back, and refuses every call afterwards', async () => {
    const clock = createTestClock(0);
    const [backend, other] = [await open(clock), await open(clock)];
    const { params, aborted } = consumption(never);
    await backend.consume(params);
    await backend.add({ jobs: [newJob('a')] });
    await clock.advance(0);
    const closed = backend.close();
    await clock.advance(2_000);
    await closed;
    expect(aborted).toEqual(['a JOBS_WORKER_STOPPED']);
    expect(await other.get({ id: 'a' })).toMatchObject({
      status: 'waiting',
      attemptsMade: 0,
      snoozeReason: 'released',
    });
    const calls: MaybePromise<unknown>[] = [
      backend.open(),
      backend.add({ jobs: [] }),
      backend.consume(params),
      backend.counts(),
      backend.get({ id: 'a' }),
      backend.setPaused({ paused: true }),
      backend.limiter!.take({ key: 'k', max: 1, per: 1, now: 0 }),
      backend.logs!.read({ id: 'a' }),
      backend.metrics!.read({ from: 0, to: 1 }),
      backend.schedules!.get({ id: 's' }),
      backend.workers!.list(),
      backend.events!.subscribe({ onEvent: () => undefined }),
    ];
    for (const call of calls) expect(await codeOf(call)).toBe('JOBS_QUEUE_CLOSED');
  });

  it('by force leaves running jobs to their leases, for another backend to take back', async () => {
    const clock = createTestClock(0);
    const [dying, living] = [await open(clock), await open(clock)];
    let finish: (outcome: Outcome) => void = () => undefined;
    const dead = consumption(() => new Promise((resolve) => (finish = resolve)), {
      concurrency: 1,
    });
    await dying.consume(dead.params);
    await dying.add({ jobs: [newJob('a')] });
    await clock.advance(0);
    const worker = { ...dead.params.worker, id: 'w2' };
    const { params, started } = consumption(undefined, { worker });
    await living.consume(params);
    await clock.advance(1_000);
    await dying.close({ force: true });
    finish({ type: 'complete', result: 'too late' });
    await clock.advance(28_999);
    expect(started).toEqual([]);
    expect(await living.get({ id: 'a' })).toMatchObject({ status: 'active' });
    expect((await living.workers!.list()).map(({ id }) => id)).toEqual(['w2']);
    await clock.advance(1);
    expect(started).toEqual(['a']);
    expect(await living.get({ id: 'a' })).toMatchObject({ result: 'done', stalledCount: 1 });
  });

  it('ends what it listens to and watches, also by force', async () => {
    for (const force of [false, true]) {
      const clock = createTestClock(0);
      const [backend, other] = [await open(clock), await open(clock)];
      let heard = 0;
      await backend.events!.subscribe({ onEvent: () => heard++ });
      await backend.schedules!.watch({ onChange: () => heard++ });
      await backend.close({ force });
      await other.add({ jobs: [newJob('a')] });
      const schedule = { id: 's', jobName: 'work', spec: {}, state: {}, nextAt: 5 };
      await other.schedules!.put({ schedule });
      expect(heard).toBe(0);
    }
  });

  it('gives back what a consumer took that was just being started', async () => {
    const clock = createTestClock(0);
    const [backend, other] = [await open(clock), await open(clock)];
    await other.add({ jobs: [newJob('a')] });
    const consuming = codeOf(backend.consume(consumption(never).params));
    const closed = backend.close();
    await clock.advance(2_000);
    await closed;
    expect(await consuming).toBe('JOBS_QUEUE_CLOSED');
    expect((await other.counts()).waiting).toBe(1);
    expect(await other.workers!.list()).toEqual([]);
  });

  it('by force refuses a consumer that was just being started', async () => {
    const clock = createTestClock(0);
    const [backend, other] = [await open(clock), await open(clock)];
    const { params, started } = consumption();
    const consuming = codeOf(backend.consume(params));
    await backend.close({ force: true });
    expect(await consuming).toBe('JOBS_QUEUE_CLOSED');
    await other.add({ jobs: [newJob('a')] });
    await clock.advance(60_000);
    expect(started).toEqual([]);
    expect(await other.workers!.list()).toEqual([]);
  });
});

describe('workers', () => {
  it('are listed while they live, the oldest first, as seen now', async () => {
    const clock = createTestClock(70);
    const backend = await open(clock);
    const { params } = consumption();
    const second = await backend.consume(params);
    await backend.consume({ ...params, worker: { ...params.worker, id: 'w0', startedAt: 1 } });
    const seen = await backend.workers!.list();
    expect(seen).toEqual([
      { ...params.worker, id: 'w0', startedAt: 1, seenAt: 70 },
      { ...params.worker, seenAt: 70 },
    ]);
    await second.stop({ timeout: 0 });
    await second.stop({ timeout: 0 });
    expect((await backend.workers!.list()).map(({ id }) => id)).toEqual(['w0']);
  });
});

describe('a running job', () => {
  it('reports progress and lines of its log, which go with it', async () => {
    const clock = createTestClock(7);
    const backend = await open(clock);
    await backend.consume(consumption(never).params);
    await backend.add({ jobs: [newJob('a', { createdAt: 7 })] });
    await clock.advance(0);
    const events: BackendEvent[] = [];
    const { unsubscribe } = await backend.events!.subscribe({ onEvent: (e) => events.push(e) });
    const lease = { id: 'a', fencingToken: 1 };
    const progress = { done: 1 };
    expect(await backend.setProgress({ lease, progress })).toBe(true);
    progress.done = 2;
    expect(await backend.get({ id: 'a' })).toMatchObject({ progress: { done: 1 } });
    expect(await backend.setProgress({ lease: { ...lease, fencingToken: 2 }, progress })).toBe(
      false,
    );
    await unsubscribe();
    await unsubscribe();
    expect(await backend.setProgress({ lease, progress: 50 })).toBe(true);
    expect(events).toEqual([
      { type: 'progress', jobId: 'a', name: 'work', at: 7, progress: { done: 1 } },
    ]);
    expect(await backend.get({ id: 'a' })).toMatchObject({ progress: 50 });
  });

  it('keeps the last 1,000 lines of its log until it is removed', async () => {
    const clock = createTestClock(0);
    const backend = await open(clock);
    await backend.add({ jobs: [newJob('a')] });
    const line = (i: number) => ({ at: i, attempt: 1, message: `line ${i}` });
    const lines = Array.from({ length: 700 }, (_, i) => line(i));
    await backend.logs!.append({ id: 'a', lines });
    await backend.logs!.append({ id: 'a', lines: lines.map(({ at }) => line(at + 700)) });
    await backend.logs!.append({ id: 'nobody', lines });
    const all = await backend.logs!.read({ id: 'a' });
    expect([all.total, all.lines.length, all.lines[0]]).toEqual([1_000, 1_000, line(400)]);
    const some = await backend.logs!.read({ id: 'a', offset: 998, limit: 5 });
    expect(some).toEqual({ lines: [line(1_398), line(1_399)], total: 1_000 });
    await backend.logs!.append({ id: 'a', lines: [line(1_400)] });
    const first = await backend.logs!.read({ id: 'a', limit: 1 });
    expect(first).toEqual({ lines: [line(401)], total: 1_000 });
    await backend.remove({ ids: ['a'] });
    await backend.add({ jobs: [newJob('a')] });
    expect(await backend.logs!.read({ id: 'a' })).toEqual({ lines: [], total: 0 });
  });
});

describe('schedules', () => {
  it('fire once: the schedule, its jobs and the ledger change together', async () => {
    const clock = createTestClock(0);
    const backend = await open(clock);
    const schedules = backend.schedules!;
    let heard = 0;
    const { unsubscribe } = await schedules.watch({ onChange: () => heard++ });
    const schedule = { id: 's', jobName: 'work', spec: { every: 5 }, state: {}, nextAt: 5 };
    const { revision } = (await schedules.put({ schedule }))!;
    expect(await schedules.put({ schedule, expectedRevision: revision + 1 })).toBeUndefined();
    const fire = () =>
      schedules.fire({
        id: 's',
        expectedRevision: revision,
        nextAt: 10,
        state: { runs: 1 },
        jobs: [newJob('s/5')],
        entries: [{ scheduleId: 's', tickAt: 5, detail: { fired: true } }],
      });
    expect(await fire()).toMatchObject({
      fired: true,
      schedule: { nextAt: 10, state: { runs: 1 }, spec: { every: 5 } },
      results: [{ id: 's/5', outcome: 'added' }],
    });
    expect(await fire()).toEqual({ fired: false });
    expect(heard).toBe(2);
    await unsubscribe();
    expect((await backend.counts()).waiting).toBe(1);
    expect(await schedules.history({ limit: 9 })).toHaveLength(1);
    expect(await schedules.due({ now: 9, limit: 9 })).toMatchObject({ schedules: [], nextAt: 10 });
    expect((await schedules.list({ limit: 9 })).schedules).toEqual([
      await schedules.get({ id: 's' }),
    ]);
    expect([await schedules.remove({ id: 's' }), await schedules.remove({ id: 's' })]).toEqual([
      true,
      false,
    ]);
    expect(await fire()).toEqual({ fired: false });
    expect(await schedules.history({ id: 's', limit: 9 })).toEqual([]);
    await schedules.record({ entries: [{ scheduleId: 's', tickAt: 1, detail: {} }] });
    expect(await schedules.history({ id: 's', limit: 9 })).toHaveLength(1);
    expect(heard).toBe(2);
  });
});

it('lives by the system’s clock as well', async () => {
  const backend = memoryBackend()({ queueName: 'q', clock: systemClock, logger: console });
  await backend.open();
  const { params, started } = consumption();
  await backend.consume(params);
  const runAt = Date.now() + 20;
  const ran = new Promise<number>((resolve) => {
    void backend.events!.subscribe({
      onEvent: (event) => event.type === 'completed' && resolve(Date.now()),
    });
  });
  await backend.add({ jobs: [newJob('a', { createdAt: runAt - 20, runAt })] });
  expect(await ran).toBeGreaterThanOrEqual(runAt);
  expect(started).toEqual(['a']);
  await backend.close();
});
