import type { NewJob } from '@philjs/jobs-core/backend';
import { expect, test } from 'vitest';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';
import { work } from './flow-bench.ts';

const own = benchOfEachTest();

const ids = Array.from({ length: 1200 }, (_, index) => `job-${index}`);
const jobs = (): NewJob[] => ids.map((id) => own.bench.job(id));
const first = { job: work, payload: 1, options: { jobId: 'job-0' } };

/** Stores a workflow as a producer does that is held up before a script, until another call has dropped what is stored. */
async function addLate(
  added: readonly NewJob[],
  command: string,
  nth: number,
  other: () => Promise<unknown>,
): Promise<void> {
  const { store, client } = own.bench;
  const { send } = store;
  let count = 0;
  store.send = async (to, script, ...rest) => {
    if (script.command === command && ++count === nth) {
      const staging = store.key('pj:staging');
      const [stage = ''] = await client.zrange(staging, '0', '-1');
      await client.zadd(staging, Date.now() + 590_000, stage);
      await other();
    }
    return send.call(store, to, script as never, ...(rest as [never])) as never;
  };
  const late = redisWorkflowStore(store).add({ jobs: added });
  await expect(late).rejects.toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
  expect(count).toBeGreaterThanOrEqual(nth);
}

test('counts no late job among those that wait for a job of another call', async () => {
  const { queue, client, store } = own.bench;
  const late = own.bench.job('late', ['job-0']);
  await addLate([...jobs().slice(0, 600), late], 'pjAddWorkflow', 2, () =>
    queue.enqueueMany([
      first,
      { job: work, payload: 1, options: { jobId: 'other', dependsOn: [first] } },
    ]),
  );
  expect(await client.hget(store.key('job-0'), 'pj:awaited')).toBe('1');
  expect(await queue.getStats()).toMatchObject({ waiting: 1, blocked: 1, total: 2 });
});

/** Members that short scripts store, and others, whose keys they do not know. */
const keyed = (job: NewJob): NewJob => ({ ...job, deduplication: { key: job.id, mode: 'drop' } });

test.each([
  ['members', 2, (job: NewJob) => job],
  ['others', 4, keyed],
])('lets no job of another call wait for what comes late, behind %s', async (_, nth, toMember) => {
  const { queue, client, store } = own.bench;
  const late = own.bench.job('then', ids.toReversed());
  await addLate([...jobs().map(toMember), late], 'pjAddWorkflow', nth, () =>
    queue.enqueueMany([
      first,
      { job: work, payload: 1, options: { jobId: 'then', dependsOn: [first] } },
    ]),
  );
  expect(await client.hmget(store.key('then'), 'pj:deps', 'pj:open')).toEqual(['1', '1']);
  await own.bench.tend();
  await queue.process();
  expect(await queue.waitFor('then')).toBe(1);
});

test('accepts no late workflow whose first job another call has stored', async () => {
  const { queue } = own.bench;
  await addLate(jobs(), 'pjSealWorkflow', 1, () => queue.enqueueMany([first]));
  expect(await queue.getStats()).toMatchObject({ waiting: 1, total: 1 });
});
