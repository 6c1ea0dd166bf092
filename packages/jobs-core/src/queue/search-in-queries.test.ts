import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { testQueue } from '../../test/test-queue.ts';
import type { Codec } from '../job/codec.ts';
import { defineJob } from '../job/define-job.ts';
import { deadLetters } from './dead-letters.ts';
import type { GetJobsOptions } from './job-query.ts';

interface Sum {
  readonly cents: number;
  readonly to?: string;
}
const pay = defineJob({ name: 'pay', handler: (payload: Sum) => payload.cents });
const ping = defineJob({ name: 'ping', handler: (payload: Sum) => payload.cents });
const ACTS = ['removeJobs', 'retryJobs', 'promoteJobs', 'cancelJobs'] as const;

/** A queue with jobs of two names, of which one is delayed. */
async function setUp() {
  const test = testQueue({ name: 'shop', jobs: [pay, ping] });
  const { queue } = test;
  const metadata = { tenant: 'acme' };
  await queue.enqueue(pay, { cents: 1, to: 'Ada' }, { jobId: 'a', tags: ['x'], metadata });
  await queue.enqueue(pay, { cents: 2, to: 'Bob' }, { jobId: 'b', tags: ['x', 'y'], priority: 5 });
  await queue.enqueue(ping, { cents: 3 }, { jobId: 'c', delay: 60_000 });
  const ids = async (query: GetJobsOptions): Promise<readonly string[]> =>
    (await queue.getJobs(query)).jobs.map(({ id }) => id).sort();
  return { ...test, ids };
}

describe('a search in a query', () => {
  it.each([
    [{ search: 'payload.cents:2' }, ['b']],
    [{ search: 'payload.to:Ada OR payload.cents:3' }, ['a', 'c']],
    [{ search: 'bob' }, ['b']],
    [{ search: '-payload.to:Ada' }, ['b', 'c']],
    [{ search: 'status:delayed' }, ['c']],
    [{ search: 'status:delayed', status: 'waiting' }, []],
    [{ search: 'name:pay', name: ['ping', 'pay'] }, ['a', 'b']],
    [{ search: 'name:pay', name: 'ping' }, []],
    [{ search: 'tag:y', tags: 'x' }, ['b']],
    [{ search: 'id:a id:c id:gone' }, ['a', 'c']],
    [{ search: 'id:a id:c', name: 'ping' }, ['c']],
    [{ search: 'id:a payload.cents:2' }, []],
    [{ search: 'metadata.tenant:acme' }, ['a']],
    [{ search: 'priority:>1' }, ['b']],
    [{ search: 'queue:shop priority:>1' }, ['b']],
    [{ search: 'queue:other' }, []],
    [{ search: 'createdAfter:1m' }, ['a', 'b', 'c']],
    [{ search: 'createdBefore:1m' }, []],
    [{ search: 'createdBefore:1960-01-01' }, []],
    [{ search: 'createdAfter:1960-01-01T00:00+01:00 tag:y' }, ['b']],
    [{ search: 'failedAfter:1d OR failedBefore:1d' }, []],
  ] as const)('of %j selects %j, read and in bulk', async (query, expected) => {
    const { queue, ids } = await setUp();
    expect(await ids(query)).toEqual(expected);
    expect(await queue.removeJobs({ ...query, dryRun: true })).toBe(expected.length);
    expect(await queue.cancelJobs(query)).toBe(expected.length);
  });

  it('reads payloads as a handler gets them', async () => {
    const codec: Codec = {
      encode: (value) => ({ sealed: Buffer.from(JSON.stringify(value)).toString('base64') }),
      decode: (stored) =>
        JSON.parse(Buffer.from((stored as { sealed: string }).sealed, 'base64').toString()),
    };
    const { queue } = testQueue({ jobs: [pay], codec });
    await queue.enqueue(pay, { cents: 7 }, { jobId: 'a' });
    await queue.enqueue(pay, { cents: 8 });
    expect((await queue.getJobs({ search: 'payload.cents:7' })).jobs).toMatchObject([
      { id: 'a', payload: { cents: 7 } },
    ]);
    expect(await queue.removeJobs({ search: 'payload.cents:7' })).toBe(1);
  });

  it('also of ids is looked up within those given, each once', async () => {
    const { queue } = await setUp();
    const query = { ids: ['a', 'b', 'a'] };
    expect(await queue.removeJobs({ ...query, dryRun: true })).toBe(2);
    expect(await queue.removeJobs({ ...query, search: 'id:b id:c', dryRun: true })).toBe(1);
    expect(await queue.cancelJobs(query)).toBe(2);
  });

  it.each([
    ['status:lost'],
    ['attempts:many'],
    ['since:yesterday'],
    ['createdAfter:soon'],
    ['createdAfter:2026-02-30'],
    ['createdAfter:2026-01-31T08:00'],
    ['tag:'],
    ['id:'],
    [`id:${'x'.repeat(300)}`],
    ['-id:""'],
    ['colour:red'],
    ['a OR'],
    ['NOT queue:shop'],
    ['group:3f9a0c12'],
    ['-group:3f9a0c12'],
    ['group:3f9a0c12 OR code:X'],
    [7],
    [null],
  ])('names the field where it is %j, before any I/O', async (search) => {
    const { queue, backend } = testQueue({ jobs: [pay] });
    const query = { search } as never;
    const wrong = { code: 'JOBS_INVALID_ARGUMENT', field: 'search' };
    for (const act of [...ACTS, 'getJobs', 'groups', 'redrive'] as const) {
      expect([act, await rejectionOf(queue[act](query))]).toEqual([act, wrong]);
    }
    expect(await rejectionOf(deadLetters(queue).list(query))).toEqual(wrong);
    expect(backend.calls).toEqual([]);
  });

  it('is refused where it is too long', async () => {
    const { queue } = testQueue();
    const refusal = await rejectionOf(queue.getJobs({ search: 'x'.repeat(1001) }));
    expect(refusal).toEqual({ code: 'JOBS_INVALID_ARGUMENT', field: 'search' });
  });

  it.each([undefined, '', '  '])(
    'that is %j is refused where it would act on all',
    async (search) => {
      const { queue } = await setUp();
      for (const act of ACTS) {
        expect(await rejectionOf(queue[act]({ search }))).toMatchObject({ field: 'search' });
      }
    },
  );
});

describe('listing by what no index answers', () => {
  it.each([
    [{ priority: { min: 5 } }, ['b']],
    [{ metadata: { tenant: 'acme' } }, ['a']],
    [{ createdAfter: 0, name: 'pay' }, ['a', 'b']],
    [{ createdBefore: new Date(0) }, []],
    [{ errorCode: 'E' }, []],
    [{ failedAfter: 0 }, []],
  ])('takes %j as a bulk call does', async (query, expected) => {
    const { queue, ids } = await setUp();
    expect(await ids(query)).toEqual(expected);
    expect(await queue.removeJobs({ ...query, dryRun: true })).toBe(expected.length);
  });

  it.each([
    ['priority', { priority: 1.5 }],
    ['metadata', { metadata: {} }],
    ['createdAfter', { createdAfter: 'yesterday' }],
    ['failedBefore', { failedBefore: new Date(Number.NaN) }],
    ['errorCode', { errorCode: 7 }],
  ])('names a bad `%s`', async (field, query) => {
    const { queue, backend } = testQueue();
    const wrong = { code: 'JOBS_INVALID_ARGUMENT', field };
    expect(await rejectionOf(queue.getJobs(query as never))).toEqual(wrong);
    expect(await rejectionOf(queue.groups(query as never))).toEqual(wrong);
    expect(backend.calls).toEqual([]);
  });

  it.each([1, 3, 40, 1000])('finds each once, at most %d a page, in order', async (limit) => {
    const { queue, backend } = testQueue({ jobs: [pay] });
    const items = Array.from({ length: 700 }, (_, cents) => ({
      job: pay,
      payload: { cents },
      options: { jobId: `${cents}`, priority: cents % 7 === 0 ? 3 : 2 },
    }));
    await queue.enqueueMany(items);
    for (const order of ['oldest', 'newest'] as const) {
      const found: number[] = [];
      let cursor: string | undefined;
      const before = backend.calls.length;
      do {
        const page = await queue.getJobs({ search: 'priority:3', limit, order, cursor });
        expect(page.jobs.length).toBeLessThanOrEqual(limit);
        found.push(...page.jobs.map(({ id }) => Number(id)));
        cursor = page.cursor;
      } while (cursor !== undefined);
      const sorted = found.toSorted((a, b) => (order === 'oldest' ? a - b : b - a));
      expect(found).toEqual(sorted);
      expect(new Set(found).size).toBe(100);
      expect(found).toHaveLength(100);
      expect(backend.calls.length - before).toBeLessThan(4 * Math.ceil(100 / limit) + 8);
    }
  });

  it('reads 5,000 jobs a call, and says where to go on', async () => {
    const { queue } = testQueue({ jobs: [pay] });
    const items = Array.from({ length: 6000 }, (_, cents) => ({ job: pay, payload: { cents } }));
    await queue.enqueueMany(items);
    const query = { search: 'payload.cents:3', limit: 10 };
    const first = await queue.getJobs(query);
    expect(first).toMatchObject({ jobs: [], cursor: expect.any(String) });
    const second = await queue.getJobs({ ...query, cursor: first.cursor });
    expect(second).toMatchObject({ jobs: [{ payload: { cents: 3 } }] });
    expect(second.cursor).toBeUndefined();
  });

  it('goes on with ids it looks up', async () => {
    const { queue } = await setUp();
    const query = { search: 'id:a id:b id:c', limit: 2 };
    const first = await queue.getJobs(query);
    const second = await queue.getJobs({ ...query, cursor: first.cursor });
    expect([first, second].map(({ jobs }) => jobs.map(({ id }) => id))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
    expect(second.cursor).toBeUndefined();
    const odd = await rejectionOf(queue.getJobs({ ...query, cursor: 'waiting:1' }));
    expect(odd).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT', field: 'cursor' });
  });
});
