import type { Lease } from '@philjs/jobs-core/backend';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { tendWorkflows } from '../../src/workflow/tend-workflows.ts';
import { ended, LeaseBench } from '../lease/lease-bench.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';

/** More children than one script stores. */
const MANY = 700;
const LEASE_MS = 600_000;

const own = benchOfEachTest();
let bench: LeaseBench;
let flows: ReturnType<typeof redisWorkflowStore>;
beforeEach(async () => {
  bench = await LeaseBench.open(own.server);
  flows = redisWorkflowStore(bench.store);
});
afterEach(() => bench.close());

/** Makes a job that waits for others. */
function job(id: string, dependsOn: readonly string[] = []) {
  return {
    ...own.bench.job(id),
    ...(dependsOn.length > 0 && {
      dependsOn: dependsOn.map((to) => ({ queueName: bench.name, id: to })),
    }),
  };
}

/** Adds a job and starts it. */
async function start(id: string): Promise<Lease> {
  await bench.add(id);
  const { jobs } = await bench.exchange('w', 1, [], { leaseMs: LEASE_MS });
  expect(jobs.map((each) => each.id)).toEqual([id]);
  return { id, fencingToken: jobs[0]?.fencingToken ?? 0 };
}

/** Lets a job wait for many children, each of which waits for others. */
function addMany(lease: Lease, dependsOn: readonly string[] = [], more: readonly string[] = []) {
  const children = Array.from({ length: MANY }, (_, at) => job(`${lease.id}-${at}`, dependsOn));
  const jobs = [...children, ...more.map((id) => job(id))];
  return flows.addChildren({ lease, jobs, onDependencyFailure: 'fail' });
}

/** Does something before a script is sent for the nth time. */
function before(command: string, nth: number, action: () => Promise<unknown>): void {
  const { store } = bench;
  const { send } = store;
  let count = 0;
  store.send = async (client, script, ...rest) => {
    if (script.command === command && ++count === nth) {
      store.send = send;
      await action();
    }
    return send.call(store, client, script as never, ...(rest as [never])) as never;
  };
}

const countsOf = (id: string): Promise<(string | null)[]> =>
  bench.client.hmget(bench.store.key(id), 'pj:deps', 'pj:open', 'pj:doom');

test('sees that a child which was known ended before the others were sealed', async () => {
  const known = await start('known');
  const parent = await start('parent');
  before('pjSealWorkflow', 1, () => {
    const end = { lease: known, outcome: { type: 'complete', result: 1 } } as const;
    return bench.exchange('w', 0, [end]);
  });
  expect(await addMany(parent, [], ['known'])).toHaveLength(MANY + 1);
  expect(await countsOf('parent')).toEqual([`${MANY + 1}`, `${MANY}`, '0']);
});

test('searches again when a job that a child waits for got children before the seal', async () => {
  const [parent, other] = [await start('parent'), await start('other')];
  await flows.add({ jobs: [job('over-parent', ['parent']), job('over-other', ['other'])] });
  before('pjSealWorkflow', 2, async () => {
    const jobs = [job('closing', ['over-parent'])];
    await flows.addChildren({ lease: other, jobs, onDependencyFailure: 'fail' });
  });
  await expect(addMany(parent, ['over-other'])).rejects.toMatchObject({
    code: 'JOBS_INVALID_ARGUMENT',
  });
  expect(await bench.client.exists(bench.store.key('parent-0'))).toBe(0);
  expect(await countsOf('parent')).toEqual([null, null, null]);
});

test.each([0, MANY])(
  'searches far for a parent behind the holder of the key of a child, beside %i others',
  async (count) => {
    const parent = await start('parent');
    const deduplication = { key: 'k', mode: 'drop' } as const;
    const ids = Array.from({ length: MANY }, (_, at) => `far-${at}`);
    const holder = { ...job('holder', [...ids, 'parent']), deduplication };
    await flows.add({ jobs: [...ids.map((id) => job(id)), holder] });
    const others = Array.from({ length: count }, (_, at) => job(`child-${at}`));
    const jobs = [...others, { ...job('dropped'), deduplication }];
    const adding = flows.addChildren({ lease: parent, jobs, onDependencyFailure: 'fail' });
    await expect(adding).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { cycle: ['parent', 'dropped', 'parent'] },
    });
    expect(await countsOf('parent')).toEqual([null, null, null]);
  },
);

/** Loses the answer to the first seal. */
function loseSeal(): void {
  const { store } = bench;
  const { send } = store;
  store.send = async (...args) => {
    const reply = await send.apply(store, args as never);
    if (args[1].command !== 'pjSealWorkflow') return reply as never;
    store.send = send;
    throw new Error('lost');
  };
}

test.each([
  ['sealed them and died', () => before('pjPlaceWorkflow', 1, () => Promise.reject('lost'))],
  ['did not learn that they are sealed', loseSeal],
])('goes on with children whose producer %s', async (_, happen) => {
  const parent = await start('parent');
  happen();
  await expect(addMany(parent)).rejects.toBeDefined();
  expect(await countsOf('parent')).toEqual([`${MANY}`, `${MANY}`, '0']);
  const outcome = { type: 'snooze', reason: 'children', runAt: 0 } as const;
  await bench.exchange('w', 0, [{ lease: parent, outcome }]);
  await tendWorkflows(bench.store, 60_000);
  for (let left = MANY; left > 0; ) {
    const { jobs } = await bench.exchange('w', 64, [], { leaseMs: LEASE_MS });
    const ends = jobs.map((each) => ended(each, { type: 'complete', result: 1 }));
    await bench.exchange('w', 0, ends);
    left -= jobs.length;
  }
  expect(await countsOf('parent')).toEqual([`${MANY}`, '0', '0']);
  await expect
    .poll(async () => (await bench.exchange('w', 1)).jobs.map(({ id }) => id))
    .toEqual(['parent']);
  expect(await bench.client.keys('*pj:stag*')).toEqual([]);
});
