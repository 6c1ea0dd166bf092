import { createQueue, defineJob } from '@philjs/jobs-core';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, it } from 'vitest';
import { Scheduler } from '../scheduler/scheduler.ts';

const SCHEDULES = 600;
/** How long the store takes to fire a tick; it fires one at a time. */
const FIRE_MS = 50;

it.each([
  ['a fixed payload', 'fixed'],
  ['a payload that is computed', () => 'computed'],
])(
  'fires all schedules due at once that take the store more than 10 s, with %s',
  async (_, payload) => {
    const clock = createTestClock();
    const backend = memoryBackend({ store: createMemoryStore() });
    const job = defineJob({ name: 'job', handler: async (_: string) => undefined });
    const queue = createQueue({ backend, clock, jobs: [job] });
    const store = queue.backend.schedules!;
    const fire = store.fire.bind(store);
    let busy: Promise<unknown> = Promise.resolve();
    Object.assign(store, {
      fire: (params: Parameters<typeof fire>[0]) => {
        const free = busy.then(() => new Promise<void>((done) => clock.setTimeout(done, FIRE_MS)));
        busy = free;
        return free.then(() => fire(params));
      },
    });
    const scheduler = new Scheduler(queue);
    const statuses: unknown[] = [];
    queue.on('tick', ({ tick }) => statuses.push(tick.detail['status']));
    const at = new Date(clock.now() + 1000);
    for (let index = 0; index < SCHEDULES; index++) {
      await scheduler.schedule(job, { id: `s${index}`, at, payload, catchUp: 'skip' });
    }
    await scheduler.start();
    await clock.advance(2 * SCHEDULES * FIRE_MS);
    expect(statuses.filter((status) => status === 'fired')).toHaveLength(SCHEDULES);
    expect(statuses.filter((status) => status === 'skipped')).toEqual([]);
    await scheduler.stop();
    await queue.close();
  },
);
