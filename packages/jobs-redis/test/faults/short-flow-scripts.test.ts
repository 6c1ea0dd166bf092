import type { NewJob } from '@philjs/jobs-core/backend';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { walkWorkflows } from '../../src/workflow/tend-workflows.ts';
import { ended, LeaseBench } from '../lease/lease-bench.ts';
import { benchOfEachTest } from '../workflow/bench-of-each-test.ts';
import { printReport } from './support/report.ts';
import { type LongScript, longestOf } from './support/script-time.ts';

const EDGES = 100_000;
const BATCH = 500;
const LEASE_MS = 3_600_000;
const ERROR = { name: 'Error', message: 'no' };

const own = benchOfEachTest();
let bench: LeaseBench;
let flows: ReturnType<typeof redisWorkflowStore>;
beforeEach(async () => {
  bench = await LeaseBench.open(own.server);
  flows = redisWorkflowStore(bench.store);
});
afterEach(() => bench.close());

/** Makes a job as core does. */
function job(id: string, dependsOn: readonly string[] = []): NewJob {
  const now = Date.now();
  const keep = { ageMs: 86_400_000, count: 1_000_000 };
  return {
    ...{ id, name: 'work', payload: 1, version: 1, priority: 0, maxAttempts: 1, metadata: {} },
    ...{ createdAt: now, runAt: now, keepCompleted: keep, keepFailed: keep, keepCancelled: keep },
    ...(dependsOn.length > 0 && {
      dependsOn: dependsOn.map((to) => ({ queueName: bench.name, id: to })),
      onDependencyFailure: 'fail' as const,
    }),
  };
}

const ids = (name: string, count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${from + index}`);

/** Lets many jobs wait for one. */
async function addDependants(to: string): Promise<void> {
  for (let from = 0; from < EDGES; from += BATCH) {
    await flows.add({ jobs: ids('next', BATCH, from).map((id) => job(id, [to])) });
  }
}

/** Lets an active job wait for children. */
async function addChildren(parent: string, count = EDGES): Promise<void> {
  const lease = { id: parent, fencingToken: 1 };
  for (let from = 0; from < count; from += BATCH) {
    const jobs = ids('child', BATCH, from).map((id) => job(id));
    expect(await flows.addChildren({ lease, jobs, onDependencyFailure: 'fail' })).toHaveLength(
      BATCH,
    );
  }
}

/** Starts the one job that waits. */
async function start(id: string): Promise<Parameters<typeof ended>[0]> {
  const { jobs } = await bench.exchange('w', 1, [], { leaseMs: LEASE_MS });
  const [started] = jobs;
  if (started?.id !== id) throw new Error(`${started?.id} started, not ${id}`);
  return started;
}

/** Follows until nothing is left. */
async function follow(): Promise<void> {
  await walkWorkflows(bench.store);
}

async function expectShortScripts(title: string, action: () => Promise<unknown>): Promise<void> {
  const longest: LongScript = await longestOf(bench.client, bench.store, action);
  printReport(title, {}, { edges: EDGES, ...longest });
  expect(longest.count).toBeGreaterThan(0);
  expect(longest.ms).toBeLessThan(longest.longestMs);
}

test('fails, and brings back, 100,000 jobs that wait for one in short scripts', async () => {
  await bench.add('first');
  await addDependants('first');
  const first = await start('first');
  await expectShortScripts('the end of a job that many wait for', async () => {
    const outcome = { type: 'fail', error: ERROR, failures: [], attemptUsed: true } as const;
    await bench.exchange('w', 0, [ended(first, outcome)]);
    await follow();
  });
  expect(await bench.client.hget(bench.store.key('next-99999'), 'pj:doom')).toBe('1');
  await expectShortScripts('the retry of a job that many wait for', () =>
    bench.jobs.retry({ ids: ['first'] }),
  );
  expect(await bench.client.hget(bench.store.key('next-99999'), 'pj:doom')).toBe('0');
  expect(await bench.client.hget(bench.store.key('next-99999'), 'pj:open')).toBe('1');
  await expectShortScripts('the removal of a job that many wait for', () =>
    bench.jobs.remove({ ids: ['first'] }),
  );
  expect(await bench.client.hget(bench.store.key('next-99999'), 'pj:doom')).toBe('1');
}, 1_200_000);

test('cancels, retries and removes a job that waits for 100,000 in short scripts', async () => {
  await bench.add('parent');
  const parent = await start('parent');
  await addChildren('parent');
  await bench.exchange('w', 0, [ended(parent, { type: 'snooze', reason: 'children', runAt: 0 })]);
  expect(await bench.client.zscore(bench.store.key('pj:blocked'), 'parent')).not.toBeNull();
  await expectShortScripts('the cancellation of a job that waits for many', () =>
    bench.jobs.cancel({ id: 'parent', error: ERROR }),
  );
  expect(await bench.client.hget(bench.store.key('child-99999'), 'pj:awaited')).toBe('0');
  await bench.jobs.cancel({ id: 'child-7', error: ERROR });
  await bench.jobs.retry({ ids: ['child-7'] });
  await expectShortScripts('the retry of a job that waits for many', () =>
    bench.jobs.retry({ ids: ['parent'] }),
  );
  expect(await bench.client.hget(bench.store.key('child-99999'), 'pj:awaited')).toBe('1');
  expect(await bench.client.hget(bench.store.key('parent'), 'pj:open')).toBe(`${EDGES}`);
  await expectShortScripts('the removal of a job that waits for many', () =>
    bench.jobs.remove({ ids: ['parent'] }),
  );
  expect(await bench.client.hget(bench.store.key('child-99999'), 'pj:awaited')).toBe('0');
}, 1_200_000);

test('adds thousands of children to a job that waits for 100,000 in short scripts', async () => {
  await bench.add('parent');
  const { fencingToken } = await start('parent');
  await addChildren('parent');
  const lease = { id: 'parent', fencingToken };
  const jobs = ids('late', 10_000).map((id) => job(id));
  await expectShortScripts('10,000 children added to a job with many', () =>
    flows.addChildren({ lease, jobs, onDependencyFailure: 'fail' }),
  );
  const fields = ['pj:deps', 'pj:open', 'pj:doom'];
  const counts = await bench.client.hmget(bench.store.key('parent'), ...fields);
  expect(counts).toEqual([`${EDGES + 10_000}`, `${EDGES + 10_000}`, '0']);
  expect(await bench.client.zcard(bench.store.key('parent:pj:edges'))).toBe(EDGES + 10_000);
}, 1_200_000);

test('searches 100,000 edges for a circle in short scripts', async () => {
  await bench.add('parent');
  const { fencingToken } = await start('parent');
  const lease = { id: 'parent', fencingToken };
  await flows.add({ jobs: [job('waits', ['parent'])] });
  await bench.add({ id: 'base', runAt: Date.now() + LEASE_MS });
  for (const root of ['base', 'waits']) {
    let before = [root];
    for (let edges = 0; edges < EDGES; edges += 10_000) {
      const layer = ids(`over-${root}-${edges}`, 100);
      await flows.add({ jobs: layer.map((id) => job(id, before)) });
      before = layer;
    }
    const last = before.slice(0, 1);
    for (const count of [1, 1000]) {
      const jobs = ids(`${root}-${count}`, count).map((id) => job(id, last));
      await expectShortScripts(`the search, ${count} children over ${root}`, async () => {
        const adds = flows.addChildren({ lease, jobs, onDependencyFailure: 'fail' });
        if (root === 'base') expect(await adds).toHaveLength(count);
        else await expect(adds).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
      });
    }
  }
  const counts = await bench.client.hmget(bench.store.key('parent'), 'pj:deps', 'pj:open');
  expect(counts).toEqual(['1001', '1001']);
}, 1_200_000);
