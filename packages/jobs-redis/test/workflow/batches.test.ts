import { setImmediate } from 'node:timers/promises';
import { batch, defineJob, isJobsError, type Job, step } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { Channels } from '../../src/store/channels.ts';
import { QueueStore } from '../../src/store/queue-store.ts';
import { addWorkflowScript } from '../../src/workflow/add-workflow-script.ts';
import { addMembersScript, BatchSlices } from '../../src/workflow/batch-slices.ts';
import { FlowWriter } from '../../src/workflow/flow-arguments.ts';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { until } from '../server/until.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';
import { fails, work } from './flow-bench.ts';

const own = benchOfEachTest();

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const members = (count: number, from = 0) =>
  range(count).map((index) => ({
    job: work,
    payload: index,
    options: { jobId: `member-${from + index}` },
  }));
/** Adds the jobs of some items and one that waits for all of them; returns that one. */
async function addBatch(items: ReturnType<typeof members>) {
  // biome-ignore lint/suspicious/noThenProperty: the option is named by what it does, and is never awaited
  return (await own.bench.queue.enqueueMany(batch(items, { then: step(work) }))).at(-1);
}

/** Counts the commands that the server has run since its counts were reset. */
async function commands(): Promise<number> {
  const stats = await own.bench.client.info('commandstats');
  const counts = [...stats.matchAll(/calls=(\d+)/g)].map(([, calls]) => Number(calls));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Reads the ids of what a job waits for, a page at a time. */
async function idsOf(id: string): Promise<string[]> {
  const { queue } = own.bench;
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await queue.backend.workflows?.dependencies({
      ...{ job: { queueName: queue.name, id }, limit: 400 },
      ...(cursor !== undefined && { cursor }),
    });
    ids.push(...(page?.dependencies ?? []).map((dependency) => dependency.id));
    cursor = page?.cursor;
  } while (cursor !== undefined);
  return ids;
}

/** Reads the ids of the waiting jobs, first to last. */
const inLine = () => own.bench.client.zrange(own.bench.store.key('prioritized'), '0', '-1');

test('adds a member of a large batch with four commands', async () => {
  await addBatch(members(10));
  await own.bench.client.config('RESETSTAT');
  await addBatch(members(2000, 10));
  // HSET, ZADD, two XADD, and what a slice of 500 shares.
  expect((await commands()) / 2000).toBeLessThan(4.2);
});

test('adds a member of a batch of some hundreds with few commands', async () => {
  await addBatch(members(10));
  await own.bench.client.config('RESETSTAT');
  const last = await addBatch(members(300, 10));
  expect((await commands()) / 300).toBeLessThan(4.4);
  expect(last?.dependencies).toEqual({ total: 300, open: 300, failed: 0 });
});

test('stores each member of a batch as it was given', async () => {
  const { queue } = own.bench;
  const items = members(1100).map(({ options, ...item }, index) => ({
    ...item,
    job: index % 300 === 7 ? fails : work,
    options: {
      ...options,
      ...(index % 5 < 2 && { metadata: { index } }),
      ...(index > 400 && index < 600 && { priority: 600 - index, attempts: 7 }),
      ...(index % 250 === 0 && { removeOnComplete: true }),
    },
  }));
  // biome-ignore lint/suspicious/noThenProperty: the option is named by what it does, and is never awaited
  const then = { then: step(work), onFailure: 'continue' as const };
  const added = await queue.enqueueMany(batch(items as ReturnType<typeof members>, then));
  for (const index of [0, 1, 4, 7, 250, 401, 499, 500, 501, 599, 600, 1099]) {
    const { dependencies, ...given } = added[index] as Job;
    expect(await queue.getJob(`member-${index}`)).toEqual(given);
    expect(dependencies).toBeUndefined();
  }
  const line = (await inLine()).map((id) => Number(id.slice('member-'.length)));
  const ahead = range(199).map((index) => index + 401);
  expect(line).toEqual([...ahead, ...range(1100).filter((index) => !ahead.includes(index))]);
  await queue.process();
  await queue.waitFor(added.at(-1)?.id ?? '');
  // Retention applies to them once the last job has ended, in slices.
  await until(async () => (await queue.getJob('member-1000')) === undefined);
  expect((await queue.getJob('member-307'))?.status).toBe('failed');
});

test('adds a batch of which some jobs are known, and keeps the order of the others', async () => {
  const { queue } = own.bench;
  await queue.enqueue(work, 0, { jobId: 'member-700' });
  const last = await addBatch(members(1800));
  expect(last?.dependencies).toEqual({ total: 1800, open: 1800, failed: 0 });
  const names = range(1800).map((index) => `member-${index}`);
  expect(await inLine()).toEqual(['member-700', ...names.filter((id) => id !== 'member-700')]);
  await queue.process();
  expect(await queue.waitFor(last?.id ?? '')).toBeUndefined();
});

test('adds a batch to a queue whose jobs are limited', async () => {
  const { queue } = own.bench;
  await queue.setLimits('work', { concurrency: 40 });
  const last = await addBatch(members(1200));
  expect(last?.dependencies).toEqual({ total: 1200, open: 1200, failed: 0 });
  await queue.process();
  expect(await queue.waitFor(last?.id ?? '')).toBeUndefined();
});

test('counts a job once that another of the same call names twice', async () => {
  const { queue } = own.bench;
  const items = members(1200);
  const twice = items.flatMap((item) => [item, item]);
  const last = { job: work, payload: 0, options: { jobId: 'last', dependsOn: twice } };
  await queue.enqueueMany([...items, last]);
  const stored = await queue.getJob('last');
  expect(stored?.dependencies).toEqual({ total: 1200, open: 1200, failed: 0 });
  await queue.process();
  expect(await queue.waitFor('last')).toBe(0);
});

test('gives what follows a batch its results in order, a page at a time', async () => {
  const { queue } = own.bench;
  const report = defineJob({
    name: 'report',
    handler: async (_payload: undefined, ctx) => {
      const places: unknown[] = [];
      for await (const page of ctx.dependencyPages()) {
        for (const { result } of page) places.push(result);
      }
      return places.every((place, index) => place === index) && places.length;
    },
  });
  queue.register(report);
  // biome-ignore lint/suspicious/noThenProperty: the option is named by what it does, and is never awaited
  const added = await queue.enqueueMany(batch(members(2300), { then: step(report) }));
  await queue.process();
  expect(await queue.waitFor(added.at(-1)?.id ?? '')).toBe(2300);
});

test('keeps the edges of two batches of a call apart', async () => {
  const { queue } = own.bench;
  const stored = await queue.enqueueMany(members(500));
  const [first, second] = [members(500, 1000), members(500, 2000)];
  const ids = stored.map(({ id }) => id);
  await queue.enqueueMany([
    ...first,
    ...second,
    { job: work, payload: 1, options: { jobId: 'a', dependsOn: first } },
    { job: work, payload: 2, options: { jobId: 'b', dependsOn: [...ids, ...second] } },
  ]);
  expect((await queue.getJob('a'))?.dependencies).toEqual({ total: 500, open: 500, failed: 0 });
  expect((await queue.getJob('b'))?.dependencies).toEqual({ total: 1000, open: 1000, failed: 0 });
  const { nodes } = await queue.workflow('a').read();
  expect(nodes).toHaveLength(501);
  await queue.process();
  expect(await queue.waitFor('b')).toBe(2);
});

test('keeps the order of what a job waits for, wherever it was stored', async () => {
  const { queue } = own.bench;
  const stored = (await queue.enqueueMany(members(300))).map(({ id }) => id);
  const items = [...members(1700, 1000)].map((item, index) =>
    index % 300 === 100
      ? { ...item, options: { ...item.options, deduplicate: { key: `key-${index}` } } }
      : item,
  );
  const dependsOn = [...items.slice(0, 1600), ...stored, ...items.slice(1600)];
  await queue.enqueueMany([
    ...items,
    { job: work, payload: 0, options: { jobId: 'last', dependsOn } },
  ]);
  const ids = await idsOf('last');
  const wanted = dependsOn.map((one) => (typeof one === 'string' ? one : one.options.jobId));
  expect(ids.findIndex((id, index) => id !== wanted[index])).toBe(-1);
  expect(ids).toHaveLength(2000);
});

test('keeps the order where slices of a call are stored in different ways', async () => {
  const { queue } = own.bench;
  const stored = (await queue.enqueueMany(members(500))).map(({ id }) => id);
  const [first, second] = [members(700, 1000), members(1000, 2000)];
  const dependsOn = [...stored, ...second];
  await queue.enqueueMany([
    ...[...first, ...second],
    { job: work, payload: 1, options: { jobId: 'a', dependsOn: first } },
    { job: work, payload: 2, options: { jobId: 'b', dependsOn } },
  ]);
  const wanted = dependsOn.map((one) => (typeof one === 'string' ? one : one.options.jobId));
  const ids = await idsOf('b');
  expect(ids.findIndex((id, index) => id !== wanted[index])).toBe(-1);
  expect(ids).toHaveLength(1500);
});

test('keeps the order where a slice that the whole script stores follows one with a known job', async () => {
  const { queue } = own.bench;
  await queue.enqueue(work, 0, { jobId: 'member-700' });
  const items = members(1500).map(({ options, ...item }, index) => ({
    ...item,
    options: { ...options, ...(index === 1100 && { deduplicate: { key: 'key' } }) },
  }));
  await addBatch(items);
  const names = range(1500).map((index) => `member-${index}`);
  expect(await inLine()).toEqual(['member-700', ...names.filter((id) => id !== 'member-700')]);
});

test('refuses a batch once where a slice is refused while one before it is stored', async () => {
  const { queue } = own.bench;
  await queue.enqueue(work, 0, { jobId: 'member-100' });
  await queue.enqueue(fails, undefined, { jobId: 'member-600' });
  const items = members(1700).map(({ options, ...item }, index) => ({
    ...item,
    options: { ...options, ...(index === 550 && { deduplicate: { key: 'key' } }) },
  }));
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  await expect(addBatch(items)).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
  // Node tells of them after the turn in which they were rejected.
  await setImmediate();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  expect(await queue.getStats()).toMatchObject({ total: 2 });
});

test.for(['jobId', 'deduplicate'])(
  'lets no member wait for a job that was stored before, by %s',
  async (by) => {
    const { queue, client, store } = own.bench;
    const { id } = await queue.enqueue(work, 1, { [by]: 'last' });
    const items = members(1300);
    const last = { job: work, payload: 0, options: { [by]: 'last', dependsOn: items } };
    const added = await queue.enqueueMany([...items, last]);
    expect(added.at(-1)).toMatchObject({ id, duplicate: true });
    for (const id of ['member-0', 'member-600', 'member-1299']) {
      expect(await client.hget(store.key(id), 'pj:awaited')).toBe('0');
    }
    expect(await own.bench.leftovers()).toEqual([]);
    expect(await queue.getStats()).toMatchObject({ waiting: 1301, blocked: 0 });
  },
);

test.for([
  [500, 1],
  [600, 2],
])(
  'keeps no edges of %i aside when the answer to the first members was lost',
  async ([count = 0, slices]) => {
    const { queue, client, store } = own.bench;
    const { link } = store;
    const connections = { link, channels: new Channels(() => client, 30_000) };
    let sent = 0;
    const lossy = new QueueStore(connections, store.root, store.queueName);
    const run = lossy.run.bind(lossy);
    lossy.run = async (script, ...rest) => {
      if (script.command === addMembersScript.command && sent++ === 0) await run(script, ...rest);
      return run(script, ...rest);
    };
    const jobs = range(count).map((index) => own.bench.job(`job-${index}`));
    const ids = jobs.map(({ id }) => id);
    await redisWorkflowStore(lossy).add({
      jobs: [...jobs, own.bench.job('then', ids)],
    });
    expect((await queue.getJob('then'))?.dependencies).toEqual({
      total: count,
      open: count,
      failed: 0,
    });
    expect(await idsOf('then')).toEqual(ids);
    expect(sent).toBe(slices);
    expect((await own.bench.leftovers()).filter((key) => key.includes('pj:stag'))).toEqual([]);
  },
);

test('holds the members of a batch that was refused before', async () => {
  const { queue, client, store } = own.bench;
  await queue.enqueue(fails, undefined, { jobId: 'member-1200' });
  await expect(addBatch(members(1300))).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
  await addBatch(members(1100));
  await own.bench.tend();
  for (const id of ['member-0', 'member-500', 'member-999']) {
    expect(await client.hget(store.key(id), 'pj:awaited')).toBe('1');
  }
});

test('drops a batch of which its producer stored no more than some members', async () => {
  const { queue, store, client } = own.bench;
  const jobs = range(1300).map((index) => own.bench.job(`job-${index}`));
  const all = [
    ...jobs,
    own.bench.job(
      'then',
      jobs.map(({ id }) => id),
    ),
  ];
  for (const sent of [1, 3, 4]) {
    const writer = new FlowWriter(all, queue.name);
    const slices = new BatchSlices(store, writer, 'x');
    for (const slice of [...writer.slices()].slice(0, sent)) {
      const results = await slices.send(slice);
      if (results !== undefined) continue;
      const rest = slice.flatMap((item) => writer.write(item));
      const flags = { before: 0, isVital: '0', gathered: writer.gatheredId };
      const args = { stage: 'x', parent: '', token: '', ...flags };
      await store.run(addWorkflowScript, args, rest);
    }
    expect(await client.exists(store.key('job-7'))).toBe(1);
    await client.zadd(store.key('pj:staging'), Date.now() - 1, 'x');
    await queue.process();
    await own.bench.tend();
    await queue.stop();
    expect(await queue.getStats()).toMatchObject({ total: 0 });
    expect(await own.bench.leftovers()).toEqual([]);
  }
});

test('adds a whole batch, or nothing, when its connection is lost between', async () => {
  const { queue, client } = own.bench;
  queue.on('error', () => undefined);
  for (let round = 0; round < 6; round += 1) {
    // It may fail before the last connection is lost.
    const adding = addBatch(members(4000, round * 10_000)).catch((error: unknown) => error);
    for (let kills = 0; kills <= round; kills += 1) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    }
    const last = await adding;
    if (isJobsError(last, 'JOBS_BACKEND_UNAVAILABLE')) {
      // The last answer may have been lost.
      expect([0, 4001]).toContain((await queue.getStats()).total);
      await queue.clear();
      continue;
    }
    expect(last).toMatchObject({ dependencies: { total: 4000, open: 4000, failed: 0 } });
    expect(await queue.getStats()).toMatchObject({ waiting: 4000, blocked: 1 });
    await queue.process();
    expect(await queue.waitFor((last as Job).id)).toBeUndefined();
    await queue.stop();
    await queue.clear();
  }
});

test('adds a whole batch while the jobs of its name become limited', async () => {
  const { queue } = own.bench;
  for (let round = 0; round < 4; round += 1) {
    const adding = addBatch(members(3000, round * 10_000));
    await new Promise((resolve) => setTimeout(resolve, 10 * round));
    await queue.setLimits('work', { concurrency: 40 });
    const last = await adding;
    expect(last?.dependencies).toEqual({ total: 3000, open: 3000, failed: 0 });
    await queue.process();
    expect(await queue.waitFor(last?.id ?? '')).toBeUndefined();
    await queue.stop();
    await queue.setLimits('work', null);
  }
});

test('lets a job wait for a known one of the same millisecond though answers are lost', async () => {
  const { store, client, queue } = own.bench;
  const flows = redisWorkflowStore(store);
  const { createdAt } = own.bench.job('known');
  const made = (id: string, dependsOn?: readonly string[]) => ({
    ...own.bench.job(id, dependsOn),
    createdAt,
    runAt: createdAt,
  });
  await flows.add({ jobs: [made('known')] });
  const run = store.run.bind(store);
  // Each call comes a second time, since its first answer was lost.
  store.run = async (script, args, rest, onAttempt) => {
    await run(script, args, rest);
    return run(script, args, rest, () => onAttempt?.(2));
  };
  const ids = ['known', ...range(600).map((index) => `member-${index}`)];
  await flows.add({ jobs: [...ids.map((id) => made(id)), made('last', ids)] });
  for (const id of ['known', 'member-0', 'member-599']) {
    expect(await client.zrange(store.key(`${id}:pj:next`), '0', '-1')).toEqual([
      `${queue.name}:last`,
    ]);
  }
});
