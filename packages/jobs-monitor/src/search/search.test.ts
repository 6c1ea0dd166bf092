import { hostname } from 'node:os';
import { defineJob } from '@philjs/jobs-core';
import { parseSearch } from '@philjs/jobs-core/internal';
import { createQueue } from '@philjs/jobs-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type VirtualSystem, virtualSystem } from '../../test/support/system.ts';
import { searchJobs } from './search-jobs.ts';
import { searchQueues } from './search-queues.ts';

describe('parseSearch', () => {
  test('reads keys, quotes, paths, comparisons and ages', () => {
    expect(
      parseSearch(
        'status:failed name:send-email tag:"big spender" id:a:b payload.user.id:42 error:"timed \\"out" attempts:>=2 since:1h word',
      ),
    ).toMatchObject({
      statuses: ['failed'],
      queues: [],
      names: ['send-email'],
      tags: ['big spender'],
      ids: ['a:b'],
      terms: [
        { kind: 'payload', path: ['user', 'id'], value: '42' },
        { kind: 'error', value: 'timed "out' },
        { kind: 'attempts', value: '>=2' },
        { kind: 'since', value: '1h' },
        { kind: 'text', value: 'word' },
      ],
    });
  });

  test.each([
    'status:lost',
    'tag:',
    'attempts:many',
    'since:yesterday',
    'colour:red',
    'x'.repeat(1001),
  ])('refuses %j', (text) => {
    expect(() => parseSearch(text)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });
});

describe('searchJobs', () => {
  const mail = defineJob({
    name: 'mail',
    handler: (payload: { user: { id: number }; tags?: string[] }) => payload.user.id,
  });

  async function filled(count: number): Promise<ReturnType<typeof createQueue>> {
    const queue = createQueue({ name: `search-${count}`, jobs: [mail] });
    onTestFinished(() => queue.close());
    await queue.enqueueMany(
      Array.from({ length: count }, (_, id) => ({
        job: mail,
        payload: { user: { id }, tags: ['new'] },
        options: { jobId: `job:${id}` },
      })),
    );
    return queue;
  }

  test('finds a job by its payload, an id at once, and text anywhere', async () => {
    const queue = await filled(100);
    const find = async (text: string): Promise<string[]> =>
      (await searchJobs(queue, parseSearch(text))).jobs.map(({ id }) => id);
    expect(await find('payload.user.id:42')).toEqual(['job:42']);
    expect(await find('payload.tags.0:new payload.user.id:7')).toEqual(['job:7']);
    expect(await find('id:job:13 id:nowhere')).toEqual(['job:13']);
    expect(await find('"id\\":99"')).toEqual(['job:99']);
    await queue.cancelJob('job:5');
    expect(await find('status:cancelled')).toEqual(['job:5']);
    expect(await find('status:failed')).toEqual([]);
    expect(await find('payload.constructor.name:Object')).toEqual([]);
  });

  test('says that it has not seen everything, and goes on from there', async () => {
    const queue = await filled(1200);
    const query = parseSearch('payload.user.id:3');
    const first = await searchJobs(queue, query, { budget: 1000 });
    expect(first).toMatchObject({ jobs: [], scanned: 1000, total: 1200 });
    const second = await searchJobs(queue, query, { budget: 1000, cursor: first.cursor });
    expect(second.jobs.map(({ id }) => id)).toEqual(['job:3']);
    expect(second.cursor).toBeUndefined();
  });

  test('lists what is under way before what is for later, a page at a time, all of it once', async () => {
    const queue = await filled(30);
    await queue.enqueueMany(
      Array.from({ length: 30 }, (_, id) => ({
        job: mail,
        payload: { user: { id } },
        options: { jobId: `later:${id}`, delay: 60_000 },
      })),
    );
    const first = await searchJobs(queue, parseSearch(''), { limit: 40 });
    const second = await searchJobs(queue, parseSearch(''), { limit: 40, cursor: first.cursor });
    const statuses = [...first.jobs, ...second.jobs].map(({ status }) => status);
    expect(statuses).toEqual([...Array(30).fill('waiting'), ...Array(30).fill('delayed')]);
    const ids = new Set([...first.jobs, ...second.jobs].map(({ id }) => id));
    expect(ids.size).toBe(60);
  });
});

test.each([{ limit: -5 }, { limit: 1.5 }, { budget: 0 }])(
  'a search of one queue refuses %j',
  async (limits) => {
    const { queue } = virtualSystem('emails');
    await expect(searchJobs(queue, parseSearch('payload.a:1'), limits)).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field: Object.keys(limits)[0] },
    });
  },
);

describe('searchQueues', () => {
  const none = parseSearch('');
  test.each([
    ['a negative limit', { limit: -5 }, '`limit`'],
    ['half a job', { limit: 1.5 }, '`limit`'],
    ['a budget of none', { budget: 0 }, '`budget`'],
    ['a cursor that goes on nowhere', { cursor: '{}' }, '`cursor`'],
    ['a cursor of another kind', { cursor: '[]' }, '`cursor`'],
  ])('refuses %s', async (_what, limits, text) => {
    const { queue } = virtualSystem('emails');
    await expect(searchQueues([queue], parseSearch('payload.a:1'), limits)).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      message: expect.stringContaining(text),
    });
  });

  test('refuses to go on in queues where the cursor does not lead', async () => {
    const { queue, work } = virtualSystem('emails');
    await queue.enqueueMany([1, 2].map((ms) => ({ job: work, payload: { ms } })));
    const { cursor } = await searchQueues([queue], none, { limit: 1 });
    expect((await searchQueues([queue], none, { cursor })).jobs).toHaveLength(1);
    const others = virtualSystem('others').queue;
    await expect(searchQueues([others], none, { cursor })).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      message: expect.stringContaining('`cursor`'),
    });
  });
});

describe('conditions', () => {
  async function stored(): Promise<VirtualSystem['queue']> {
    const { clock, queue, work } = virtualSystem('emails', 100);
    await queue.process();
    const at = async (jobId: string, fail: string | undefined, options: object): Promise<void> => {
      await queue.enqueue(work, fail === undefined ? {} : { fail }, { jobId, ...options });
      await clock.advance(60_000);
    };
    await at('old', 'disk full', { priority: 1, metadata: { tenant: 'a' }, tags: ['x'] });
    await at('mid', 'no mail', { priority: 5, metadata: { tenant: 'b' }, tags: ['x', 'y'] });
    await at('new', undefined, { priority: 9, metadata: { tenant: 'a', deep: { x: 1 } } });
    return queue;
  }

  test.each([
    ['error:"disk full" OR error:"no mail"', ['mid', 'old']],
    ['NOT error:"disk full"', ['mid', 'new']],
    ['-error:"disk full"', ['mid', 'new']],
    ['status:failed NOT error:"disk full"', ['mid']],
    ['NOT status:failed', ['new']],
    ['status:completed OR error:disk', ['new', 'old']],
    ['id:old OR id:new', ['new', 'old']],
    ['priority:>=5', ['mid', 'new']],
    ['priority:<5 OR priority:9', ['new', 'old']],
    ['metadata.tenant:a', ['new', 'old']],
    ['metadata.deep.x:1', ['new']],
    ['older:2m', ['old']],
    ['since:2m', ['mid', 'new']],
    ['createdAfter:150s', ['mid', 'new']],
    ['createdBefore:150s OR createdBefore:2000-01-01', ['old']],
    ['failedAfter:150s', ['mid']],
    ['failedBefore:150s', ['old']],
    ['NOT failedAfter:1d', ['new']],
    ['code:NOPE', []],
    ['tag:x', ['mid', 'old']],
    ['tag:x tag:y', ['mid']],
    ['tag:y OR priority:9', ['mid', 'new']],
    ['NOT tag:x', ['new']],
    ['tag:z', []],
    [`worker:${hostname()}`, ['mid', 'new', 'old']],
    [`worker:${hostname()}:${process.pid}`, ['mid', 'new', 'old']],
    ['worker:elsewhere', []],
    ['NOT code:NOPE', ['mid', 'new', 'old']],
    ['"NOT found"', []],
    ['NOT -error:disk', ['old']],
  ])('%s finds %j', async (text, ids) => {
    const { jobs } = await searchJobs(await stored(), parseSearch(text));
    expect(jobs.map(({ id }) => id).sort()).toEqual(ids);
  });

  test.each([
    'a OR',
    'NOT',
    'NOT queue:x',
    'queue:x OR name:y',
    'priority:high',
    'older:now',
    'colour:red',
  ])('%s is a mistake', (text) => {
    expect(() => parseSearch(text)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });
});
