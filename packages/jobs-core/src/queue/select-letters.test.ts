import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { storeLetter } from '../../test/store-letter.ts';
import { TestClock } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import type { Codec } from '../job/codec.ts';
import { defineJob } from '../job/define-job.ts';
import { createQueues } from '../queues/create-queues.ts';
import type { StoredLetter } from '../run/dead-letter.ts';
import type { DeadLetterQuery } from './dead-letters.ts';

const DAY = 86_400_000;

/** A queue that keeps letters of jobs of another one. */
function setUp(codec?: Codec) {
  const clock = new TestClock();
  const charge = defineJob({ name: 'charge', handler: ({ cents }: { cents: number }) => cents });
  const backend = { payments: testQueue({ clock }).backend, dead: testQueue({ clock }).backend };
  const queues = createQueues(
    { payments: { jobs: [charge], ...(codec && { codec }) }, dead: {} },
    { clock, backend: ({ queueName }) => backend[queueName as keyof typeof backend] },
  );
  const dead = queues.get('dead');
  const letter = async (cents: number, fields: Partial<StoredLetter> = {}): Promise<void> => {
    const now = clock.now();
    const stored: StoredLetter = {
      ...{ queue: 'payments', jobId: `job-${cents}`, name: 'charge', payload: { cents } },
      ...{ version: 1, priority: cents, maxAttempts: 3, metadata: { of: `shop ${cents}` } },
      ...{ attemptsMade: cents, createdAt: now - cents * DAY, runAt: now, startedAt: now },
      ...{ failedAt: now, tags: [`tag ${cents}`], fingerprint: 'charge|Error' },
      error: { name: 'RangeError', message: `declined ${cents}`, code: `E_${cents}` },
      failures: [],
      ...fields,
    };
    await storeLetter(backend.dead, `letter-${cents}`, stored, now);
  };
  const count = async (query: DeadLetterQuery): Promise<number> =>
    (await dead.groups(query)).reduce((sum, group) => sum + group.count, 0);
  return { clock, dead, letter, count };
}

describe('a query of dead letters', () => {
  it.each([
    [{ priority: 2 }, 1],
    [{ priority: { min: 2 } }, 2],
    [{ metadata: { of: 'shop 3' } }, 1],
    [{ tags: 'tag 1' }, 1],
    [{ tags: ['tag 1', 'tag 2'] }, 0],
    [{ errorCode: 'E_2' }, 1],
    [{ error: 'RangeError' }, 3],
    [{ createdBefore: 1, createdAfter: new Date(-8.64e15) }, 3],
    [{ search: 'payload.cents:2' }, 1],
    [{ search: 'payload.cents:2', name: 'refund' }, 0],
    [{ search: '-payload.cents:2' }, 2],
    [{ search: 'id:job-1 id:job-3' }, 2],
    [{ search: 'id:letter-1' }, 0],
    [{ search: 'status:failed error:declined' }, 3],
    [{ search: 'status:delayed' }, 0],
    [{ search: 'name:charge attempts:>1' }, 2],
    [{ search: 'tag:"tag 1" OR metadata.of:"shop 2"' }, 2],
    [{ search: 'queue:payments' }, 3],
    [{ search: 'queue:dead' }, 0],
    [{ search: 'createdBefore:36h' }, 2],
    [{ search: 'since:1h failedAfter:1h' }, 3],
    [{ search: 'older:1h' }, 0],
  ] as const)('%j is about the jobs that failed: it selects %d', async (query, expected) => {
    const { clock, letter, count } = setUp();
    for (const cents of [1, 2, 3]) await letter(cents);
    await clock.advance(60_000);
    const at = 'createdBefore' in query ? { createdBefore: clock.now() } : {};
    expect(await count({ ...query, ...at })).toBe(expected);
  });

  it('reads payloads as their own queue stores them', async () => {
    const codec: Codec = {
      encode: (value) => ({ sealed: JSON.stringify(value) }),
      decode: (stored) => JSON.parse((stored as { sealed: string }).sealed),
    };
    const { letter, count } = setUp(codec);
    await letter(1, { payload: { sealed: '{"cents":1}' } });
    await letter(2, { payload: { sealed: '{"cents":2}' } });
    expect(await count({ search: 'payload.cents:2' })).toBe(1);
  });

  it.each([
    ['tags', { tags: [] }],
    ['tags', { tags: 7 }],
    ['ids[1]', { ids: ['a', 7] }],
    ['search', { search: '  ' }],
    ['search', { search: 'colour:red' }],
    ['metadata.of', { metadata: { of: undefined } }],
    ['priority', { priority: 'high' }],
    ['query.status', { status: 'failed' }],
  ])('names a bad `%s`', async (field, query) => {
    const { dead } = setUp();
    const wrong = { code: 'JOBS_INVALID_ARGUMENT', field };
    expect(await rejectionOf(dead.groups(query as never))).toEqual(wrong);
    expect(await rejectionOf(dead.redrive(query as never))).toEqual(wrong);
  });

  it('lets timers of its process run meanwhile, so that one can stop a redrive', async () => {
    const { dead, letter } = setUp();
    for (let cents = 1; cents <= 500; cents++) await letter(cents);
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    const options = { canary: 1000, signal: controller.signal };
    const { redriven, stopped } = await dead.redrive({}, options);
    expect(stopped).toBe('aborted');
    expect(redriven).toBeLessThan(500);
  });

  it('puts back only what a search finds', async () => {
    const { clock, dead, letter } = setUp();
    for (const cents of [1, 2, 3]) await letter(cents);
    const done = dead.redrive({ search: 'payload.cents:2' }, { timeout: 1000 });
    await clock.advance(2000);
    expect(await done).toMatchObject({ redriven: 1 });
    expect((await dead.getStats()).delayed).toBe(2);
  });
});
