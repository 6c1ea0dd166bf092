import { createQueue, defineJob, JobsError } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { Scheduler } from '../scheduler/scheduler.ts';

type Fire = ScheduleStore['fire'];

/** How many schedules are due at once: three pages of them. */
const SCHEDULES = 600;
/** How long the store takes to fire a tick; it fires one at a time. */
const FIRE_MS = 50;
const job = defineJob({ name: 'job', handler: async (_: string) => undefined });
const ends: (() => Promise<void>)[] = [];

/** Makes a scheduler over a store that takes its time to fire, and counts what becomes of ticks. */
function slowly(decide: (params: Parameters<Fire>[0], fire: Fire) => ReturnType<Fire>) {
  const clock = createTestClock();
  const queue = createQueue({
    backend: memoryBackend({ store: createMemoryStore() }),
    clock,
    jobs: [job],
  });
  const store = queue.backend.schedules!;
  const fire = store.fire.bind(store);
  let busy: Promise<unknown> = Promise.resolve();
  Object.assign(store, {
    fire: (params: Parameters<Fire>[0]) => {
      const free = busy.then(() => new Promise<void>((done) => clock.setTimeout(done, FIRE_MS)));
      busy = free;
      return free.then(() => decide(params, fire));
    },
  });
  queue.on('error', () => undefined);
  const scheduler = new Scheduler(queue);
  const counts: Record<string, number> = {};
  queue.on('tick', ({ tick: { detail } }) => {
    const status = `${detail['status']}`;
    counts[status] = (counts[status] ?? 0) + 1;
  });
  ends.push(async () => {
    // A tick may be on its way to the store.
    const ended = scheduler.stop().then(() => queue.close());
    await clock.advance(30_000);
    await ended;
  });
  const declare = async (payload: string | (() => string | Promise<string>) = 'fixed') => {
    const at = new Date(clock.now() + 1000);
    for (let index = 0; index < SCHEDULES; index++) {
      await scheduler.schedule(job, { id: `s${index}`, at, payload, catchUp: 'skip' });
    }
    await scheduler.start();
  };
  return { clock, queue, store, scheduler, counts, declare };
}

/** Changes a schedule as another process does: what was decided about it before is lost. */
async function change(store: ScheduleStore, id: string): Promise<void> {
  const { revision: _, ...schedule } = (await store.get({ id }))!;
  await store.put({ schedule });
}

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe('all schedules due at once that take the store more than 10 s', () => {
  it.each([
    ['a fixed payload', 'fixed'],
    ['a payload that is computed', () => 'computed'],
  ])('fire, with %s', async (_, payload) => {
    const { clock, counts, declare } = slowly((params, fire) => fire(params));
    await declare(payload);
    await clock.advance(2 * SCHEDULES * FIRE_MS);
    expect(counts).toEqual({ fired: SCHEDULES, ended: SCHEDULES });
  });

  it('fire, though other processes change them meanwhile', async () => {
    const lost = new Set<string>();
    const { clock, counts, declare } = slowly(async (params, fire) => {
      // Not changed in truth, which would put it behind the others of this look.
      if (lost.has(params.id)) return fire(params);
      lost.add(params.id);
      return { fired: false };
    });
    await declare();
    await clock.advance(4 * SCHEDULES * FIRE_MS);
    expect(counts).toEqual({ fired: SCHEDULES, ended: SCHEDULES });
  });

  it('fire, though the store is away for some seconds', async () => {
    let awayUntil = Number.POSITIVE_INFINITY;
    const { clock, counts, declare } = slowly((params, fire) => {
      const away = new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away');
      return clock.now() < awayUntil && clock.now() > awayUntil - 5_000
        ? Promise.reject(away)
        : fire(params);
    });
    await declare();
    awayUntil = clock.now() + 25_000;
    await clock.advance(4 * SCHEDULES * FIRE_MS);
    expect(counts).toEqual({ fired: SCHEDULES, ended: SCHEDULES });
  });

  it('are missed where nothing fires for more than 10 s, as on a machine that sleeps', async () => {
    const { clock, counts, declare } = slowly((params, fire) => fire(params));
    await declare();
    await clock.advance(1000 + 5_000);
    await clock.set(clock.now() + 3_600_000);
    await clock.advance(4 * SCHEDULES * FIRE_MS);
    expect(counts['skipped']).toBeGreaterThan(SCHEDULES / 2);
    expect(counts['fired']! + counts['skipped']!).toBe(SCHEDULES);
  });

  it('make no tick be missed that is decided because a run has ended', async () => {
    const { clock, queue, scheduler, declare } = slowly((params, fire) => fire(params));
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const long = defineJob({ name: 'long', handler: () => ended });
    queue.register(long);
    await queue.process();
    await scheduler.schedule(long, { every: 2_000, overlap: 'buffer', catchUp: 'skip' });
    await scheduler.start();
    await clock.advance(7_000);
    await declare();
    await clock.advance(25_000);
    end();
    await clock.advance(60_000);
    const history = await scheduler.getJobHistory('long');
    expect(history.filter(({ reason }) => reason === 'catch-up')).toEqual([]);
  });
});

it('fires a tick whose payload took 20 s and whose schedule was changed meanwhile', async () => {
  const { clock, store, scheduler, counts } = slowly((params, fire) => fire(params));
  const payload = async (): Promise<string> => {
    await new Promise<void>((done) => clock.setTimeout(done, 20_000));
    return 'slow';
  };
  const at = new Date(clock.now() + 1000);
  await scheduler.schedule(job, { id: 'slow', at, payload, catchUp: 'skip' });
  await scheduler.start();
  await clock.advance(5_000);
  await change(store, 'slow');
  await clock.advance(60_000);
  expect(counts).toEqual({ fired: 1, ended: 1 });
});
