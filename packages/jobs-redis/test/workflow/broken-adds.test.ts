import type { NewJob } from '@philjs/jobs-core/backend';
import { expect, test } from 'vitest';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';
import { work } from './flow-bench.ts';

const own = benchOfEachTest();
const names = (name: string): string[] => Array.from({ length: 700 }, (_, at) => `${name}-${at}`);

// Two ways in which slices are stored: members of a batch, and all others.
const shapes: [shape: string, jobs: () => NewJob[]][] = [
  [
    'a batch',
    () => [...names('a').map((id) => own.bench.job(id)), own.bench.job('then', names('a'))],
  ],
  [
    'pairs',
    () =>
      names('a').flatMap((id) => [own.bench.job(id), own.bench.job(id.replace('a', 'b'), [id])]),
  ],
];

test.each(shapes)(
  'leaves nothing of %s of which a script stopped in the middle, and takes it again',
  async (_, make) => {
    const { client, store, queue } = own.bench;
    const broken = store.key('a-600:pj:next');
    await client.set(broken, 'of another program');
    const add = () => redisWorkflowStore(store).add({ jobs: make() });
    await expect(add()).rejects.toMatchObject({ code: 'JOBS_BACKEND_CONTRACT' });
    await client.del(broken);
    expect(await client.keys(store.key('[ab]-*'))).toEqual([]);
    expect(await own.bench.leftovers()).toEqual([]);
    expect(new Set((await add()).map(({ outcome }) => outcome))).toEqual(new Set(['added']));
    const { blocked, waiting } = await queue.getStats();
    expect(blocked + waiting).toBe(make().length);
  },
);

test.each(shapes)(
  'drops %s of which a script stopped in the middle and whose producer died then',
  async (_, make) => {
    const { client, store, queue } = own.bench;
    const broken = store.key('a-100:pj:next');
    await client.set(broken, 'of another program');
    await expect(own.bench.stage('x', make())).rejects.toMatchObject({
      code: 'JOBS_BACKEND_CONTRACT',
    });
    await client.del(broken);
    await client.zadd(store.key('pj:staging'), 'XX', Date.now() - 1, 'x');
    await own.bench.tend();
    expect(await client.keys(store.key('[ab]-*'))).toEqual([]);
    expect(await own.bench.leftovers()).toEqual([]);
    expect(await queue.getStats()).toMatchObject({ total: 0 });
  },
);

test.each(shapes)(
  'leaves nothing of children, %s, of which a script stopped in the middle, and takes them again',
  async (_, make) => {
    const { client, store, queue } = own.bench;
    await queue.enqueue(work, 1, { jobId: 'parent' });
    await client.hset(store.key('parent'), 'ats', '1');
    await client.set(store.key('parent:lock'), 'w:1:');
    const lease = { id: 'parent', fencingToken: 1 };
    const broken = store.key('a-600:pj:next');
    await client.set(broken, 'of another program');
    const add = () =>
      redisWorkflowStore(store).addChildren({ lease, jobs: make(), onDependencyFailure: 'fail' });
    await expect(add()).rejects.toMatchObject({ code: 'JOBS_BACKEND_CONTRACT' });
    await client.del(broken);
    expect(await client.keys(store.key('[ab]-*'))).toEqual([]);
    expect(await own.bench.leftovers()).toEqual([]);
    expect(await queue.getJob('a-1')).toBe(undefined);
    const added = (await add()) ?? [];
    expect(new Set(added.map(({ outcome }) => outcome))).toEqual(new Set(['added']));
  },
);
