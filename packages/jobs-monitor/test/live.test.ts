import type { IQueue } from '@philjs/jobs-core';
import { describe, expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { LiveStream } from '../src/dashboard/live/live-stream.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { get } from './support/request.ts';
import { type VirtualSystem, virtualSystem, withMethods } from './support/system.ts';

interface Counted extends VirtualSystem {
  /** How many calls the backend was sent since it was last asked. */
  readonly calls: () => number;
}

/** A system that counts what its backend is asked. */
function countedSystem(): Counted {
  const system = virtualSystem();
  let count = 0;
  const counting = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const value = Reflect.get(object, name, object) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name !== 'getDefinition') count += 1;
          return (value as (...all: unknown[]) => unknown).apply(object, args);
        };
      },
    });
  const backend = counting(system.queue.backend);
  const queue = new Proxy(counting(system.queue as IQueue), {
    get: (object, name) => (name === 'backend' ? backend : Reflect.get(object, name)),
  });
  return {
    ...system,
    queue: queue as unknown as VirtualSystem['queue'],
    calls: () => {
      const seen = count;
      count = 0;
      return seen;
    },
  };
}

/** Reads one event of a stream. */
async function nextEvent(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<{ event: string | undefined; data: { data: { queues: { stats: object }[] } } }> {
  const { value } = await reader.read();
  const [event, data] = new TextDecoder().decode(value).trim().split('\n');
  return { event: event?.slice(7), data: JSON.parse(data?.slice(6) ?? '') };
}

/** Reads whatever comes, as a browser does. */
async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

describe('a stream', () => {
  test('brings the page up to date, at once and from then on', async () => {
    const { clock, queue, work } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
    const response = await get(dashboard, '/-/live/overview');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body!.getReader();
    expect(await nextEvent(reader)).toMatchObject({
      event: 'state',
      data: { page: 'overview', data: { queues: [{ stats: { waiting: 0 } }] } },
    });
    await queue.enqueue(work, {});
    await clock.advance(2000);
    const { data } = await nextEvent(reader);
    expect(data.data.queues[0]?.stats).toMatchObject({ waiting: 1 });
    await reader.cancel();
    dashboard.close();
  });

  test('carries only what changed: a reader who knows the page gets the time, a new one gets all', async () => {
    const { clock, queue, work } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
    const { id } = await queue.enqueue(work, {}, { delay: 3_600_000 });
    const open = async () => (await get(dashboard, `/-/live/job?id=${id}`)).body!.getReader();
    const first = await open();
    const events: (string | undefined)[] = [(await nextEvent(first)).event];
    await clock.advance(2000);
    events.push((await nextEvent(first)).event);
    const second = await open();
    await clock.advance(2000);
    events.push((await nextEvent(first)).event, (await nextEvent(second)).event);
    await queue.promoteJob(id);
    await clock.advance(2000);
    events.push((await nextEvent(first)).event, (await nextEvent(second)).event);
    expect(events).toEqual(['state', 'same', 'same', 'state', 'state', 'state']);
    dashboard.close();
  });

  test('tells that the store is away, and goes on when it is back', async () => {
    const { clock, queue, work } = virtualSystem();
    const { id } = await queue.enqueue(work, {});
    let isAway = false;
    const shaky = withMethods(queue, {
      getJob: (job) => (isAway ? Promise.reject(new Error('away')) : queue.getJob(job)),
    });
    const dashboard = createDashboard(new Monitor(shaky), { auth: 'none' });
    const response = await get(dashboard, `/-/live/job?id=${id}`);
    const reader = response.body!.getReader();
    expect((await nextEvent(reader)).event).toBe('state');
    isAway = true;
    await clock.advance(2000);
    expect((await nextEvent(reader)).event).toBe('trouble');
    isAway = false;
    await clock.advance(2000);
    expect((await nextEvent(reader)).event).toBe('state');
    await reader.cancel();
  });

  test('ends with the dashboard', async () => {
    const { queue } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
    const reader = (await get(dashboard, '/-/live/overview')).body!.getReader();
    await reader.read();
    dashboard.close();
    expect((await reader.read()).done).toBe(true);
  });

  test('without a reader holds one event, and is dropped', async () => {
    const { clock } = virtualSystem();
    let ended = 0;
    const live = new LiveStream(clock, () => {
      ended += 1;
    });
    const reader = live.stream.getReader();
    for (let second = 0; second < 32; second += 1) {
      live.send('state', JSON.stringify({ second }));
      await clock.advance(1000);
    }
    expect(ended).toBe(1);
    await expect(reader.read()).rejects.toThrow();
  });

  test('that is read slowly skips what is out of date', async () => {
    const { clock } = virtualSystem();
    const live = new LiveStream(clock, () => undefined);
    const reader = live.stream.getReader();
    for (let second = 0; second < 10; second += 1) {
      live.send('state', String(second));
      await clock.advance(1000);
    }
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe('event: state\ndata: 9\n\n');
    live.close();
  });
});

describe('cost', () => {
  test('twenty tabs ask of the store what one does', async () => {
    const { clock, queue, calls } = countedSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
    const open = async (): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
      const reader = (await get(dashboard, '/-/live/overview')).body!.getReader();
      void readAll(reader);
      return reader;
    };
    const readers = [await open()];
    calls();
    await clock.advance(60_000);
    const one = calls();
    for (let tab = 1; tab < 20; tab += 1) readers.push(await open());
    await clock.advance(1000);
    calls();
    await clock.advance(60_000);
    expect([one > 0, calls()]).toEqual([true, one]);
    for (const reader of readers) await reader.cancel();
    await clock.advance(5000);
    calls();
    await clock.advance(60_000);
    expect(calls()).toBe(0);
  });

  test('a refresh asks the store as often however many jobs there are', async () => {
    const counts: number[] = [];
    for (const jobs of [10, 2100, 3000]) {
      const { clock, queue, work, calls } = countedSystem();
      const items = Array.from({ length: jobs }, (_, index) => ({
        job: work,
        payload: { fail: `cause ${String.fromCharCode(97 + (index % 26))}` },
      }));
      await queue.enqueueMany(items);
      await queue.process();
      await clock.advance(jobs);
      await queue.stop();
      await queue.enqueueMany(items);
      const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
      calls();
      const response = await get(dashboard, '/');
      counts.push(calls());
      expect(response.status).toBe(200);
    }
    // Failed jobs are read 500 at a time, the latest 2,000 of them.
    expect(counts[2]).toBe(counts[1]);
    expect(counts[1]).toBe((counts[0] ?? 0) + 3);
    expect(counts[0]).toBeLessThan(12);
  });

  test.each([
    ['overview', 30],
    ['schedules', 15],
    ['failures', 6],
    ['metrics', 6],
    ['jobs?q=status%3Afailed', 30],
    ['jobs?q=anything', 6],
  ])('%s is read %i times a minute, the dearer the more rarely', async (page, times) => {
    const { clock, queue } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
    const reader = (await get(dashboard, `/-/live/${page}`)).body!.getReader();
    let events = 0;
    void (async () => {
      while (!(await reader.read()).done) events += 1;
    })();
    await clock.advance(59_999);
    expect(events).toBe(times);
    await reader.cancel();
  });

  test('is bounded: the five hundred and first tab asks now and then', async () => {
    const { queue } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
    const first = await get(dashboard, '/-/live/overview');
    for (let tab = 1; tab < 500; tab += 1) await get(dashboard, '/-/live/overview');
    expect((await get(dashboard, '/-/live/overview')).status).toBe(503);
    await first.body?.cancel();
    const again = await get(dashboard, '/-/live/overview');
    expect(again.status).toBe(200);
    dashboard.close();
  });
});
