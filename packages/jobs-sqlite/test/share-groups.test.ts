import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@philjs/jobs-core';
import type { EndedOutcome, JobRecord, Lease, NewJob } from '@philjs/jobs-core/backend';
import { expect, it, onTestFinished } from 'vitest';
import type { SqliteDriver } from '../src/database/sqlite-driver.ts';
import { addUnknownJobs } from '../src/jobs/add-jobs.ts';
import { cancelJob, removeJobs } from '../src/jobs/change-jobs.ts';
import { updateJobs } from '../src/jobs/update-jobs.ts';
import { handOut } from '../src/lease/hand-out.ts';
import { recordOutcome } from '../src/lease/record-outcome.ts';
import { moveJobs, storeOrder } from '../src/order/move-jobs.ts';
import { learnLimits } from '../src/parts/sqlite-limit-store.ts';
import type { QueueChange } from '../src/state/queue-change.ts';
import { SqliteQueueStore } from '../src/state/queue-store.ts';

const KEEP = { ageMs: 1e9, count: 0 };
const NOW = 1_800_000_000_000;
const error = { name: 'Error', message: 'as the test says' } as const;

/** Makes one change in a queue, and returns what it tells. */
type Step = (change: QueueChange) => unknown;

async function openFair(after = 0): Promise<SqliteQueueStore> {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const store = await SqliteQueueStore.open({
    path: join(folder, 'jobs.sqlite'),
    driver: DatabaseSync as SqliteDriver,
    synchronous: 'normal',
    queueName: 'jobs',
    clock: systemClock,
  });
  onTestFinished(() => {
    store.file.close();
    rmSync(folder, { recursive: true });
  });
  if (after > 0) {
    // Of another queue.
    const sql = `INSERT INTO philjs_jobs_jobs (key, queue, id, name, status, rank, turn, version, priority, created_at, run_at, max_attempts,
      keep_completed, keep_failed, keep_cancelled) VALUES (?, 9, 'j', 'job', 'waiting', 0, 0, 1, 0, 0, 0, 1, '{}', '{}', '{}')`;
    await store.change(({ file }) => file.run(sql, after), NOW);
  }
  await store.change((change) => storeOrder(change, { policy: 'fair' }), NOW);
  await store.change((change) => void moveJobs(change), NOW);
  return store;
}

/** Returns numbers from 0 up to a bound, always the same ones. */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function jobOf(id: string, fairKey: string, priority: number, weight: number): NewJob {
  const order = { fairKey, ...(weight !== 1 && { weight }) };
  const kept = { keepCompleted: KEEP, keepFailed: KEEP, keepCancelled: KEEP };
  const times = { createdAt: NOW, runAt: NOW };
  const facts = { name: 'job', payload: null, version: 1, maxAttempts: 9, metadata: {} };
  return { id, priority, order, ...facts, ...times, ...kept };
}

/**
 * How many keys there are, how often jobs have weights, how many start at once, and after which key of the table the jobs come:
 * groups cannot tell keys of more than four bytes.
 */
const CASES = [
  { keys: 150, weights: 0, most: 16, seed: 1, after: 0 },
  { keys: 150, weights: 40, most: 40, seed: 2, after: 0 },
  { keys: 100, weights: 0, most: 1, seed: 3, after: 0 },
  { keys: 40, weights: 10, most: 20, seed: 4, after: 0 },
  { keys: 5, weights: 0, most: 20, seed: 5, after: 0 },
  { keys: 5, weights: 8, most: 20, seed: 6, after: 0 },
  { keys: 40, weights: 0, most: 20, seed: 7, after: 2 ** 32 - 2_000 },
] as const;

for (const { keys, weights, most, seed, after } of CASES) {
  it(`starts from groups of shares what it starts one by one (${keys} keys, up to ${most} at once, ${seed})`, async () => {
    const [one, other] = [await openFair(after), await openFair(after)];
    // While a name has limits, each start is chosen and written alone.
    const limits = new Map([['another name', { concurrency: 1 }]]);
    await other.change((change) => learnLimits(change, limits), NOW);
    const below = numbers(seed);
    let made = 0;
    let grouped = 0;
    let active: JobRecord[] = [];
    const add = (): Step => {
      const same = below(4) === 0 ? below(keys) : undefined;
      const jobs = Array.from({ length: 1 + below(3 * most) }, () => {
        const key = same ?? below(keys);
        const weight = weights > 0 && key % weights === 0 ? [2, 0.5, 3][below(3)] : 1;
        return jobOf(`j${++made}`, `key ${key}`, below(30) === 0 ? 1 : 0, weight as number);
      });
      return (change) => addUnknownJobs(change, jobs).length;
    };
    const start = (): Step => {
      const params = { holder: 'worker', leaseMs: 60_000, limit: 1 + below(most) };
      return (change) => handOut(change, params).jobs;
    };
    const end = (): Step => {
      const ended = active.slice(0, below(active.length + 1)).map(({ id, fencingToken }) => {
        const lease: Lease = { id, fencingToken };
        const rare: readonly EndedOutcome[] = [
          { type: 'unstarted' },
          { type: 'snooze', reason: 'released', runAt: NOW },
          { type: 'retry', error, failures: [], runAt: NOW },
        ];
        const usual: EndedOutcome = { type: 'complete', result: undefined };
        return [lease, rare[below(60)] ?? usual] as const;
      });
      active = active.slice(ended.length);
      return (change) => ended.map(([lease, outcome]) => recordOutcome(change, lease, outcome));
    };
    const leave = (): Step => {
      const id = `j${below(made + 1)}`;
      if (below(2) === 0) return (change) => cancelJob(change, { id, error });
      return (change) => removeJobs(change, { ids: [id] });
    };
    const update = (): Step => {
      const changes =
        below(2) === 0
          ? { priority: below(2) }
          : { payload: { value: null, version: 1, order: { fairKey: `key ${below(keys)}` } } };
      const ids = [`j${below(made + 1)}`];
      return (change) => updateJobs(change, { ids, changes });
    };
    const kinds = [add, add, start, start, start, start, end, end, end, end];
    const odd = [leave, update];
    for (let count = 0; count < 500; count++) {
      const kind = (below(8) === 0 ? odd[below(2)] : kinds[below(kinds.length)]) ?? add;
      const step = kind();
      const [done, expected] = [await one.change(step, NOW), await other.change(step, NOW)];
      const idsOf = (result: unknown): unknown =>
        Array.isArray(result) ? result.map((each) => (each as JobRecord).id ?? each) : result;
      expect(idsOf(done), `step ${count}`).toEqual(idsOf(expected));
      if (kind === start) active = [...active, ...(done as JobRecord[])];
      const members = 'SELECT count(share_group) AS members FROM philjs_jobs_shares';
      grouped += Number(one.file.get(members)?.['members']);
    }
    expect(grouped).toBeGreaterThan(300);
    // Where a name has limits, the groups end as their turns come; what is left of the shares is the same.
    await one.change((change) => learnLimits(change, limits), NOW);
    const rest = (): Step => (change) =>
      handOut(change, { holder: 'worker', leaseMs: 60_000, limit: 64 }).jobs.map(({ id }) => id);
    for (let left = 1; left > 0; ) {
      const started = (await one.change(rest(), NOW)) as string[];
      expect(started).toEqual(await other.change(rest(), NOW));
      left = started.length;
    }
    for (const table of ['shares', 'share_groups', 'share_jobs', 'fair_classes']) {
      expect(one.file.all(`SELECT * FROM philjs_jobs_${table}`)).toEqual([]);
    }
  });
}

it('knows which share has the place of one whose last job started just before two groups become one', async () => {
  const store = await openFair();
  const add = async (key: string, count: number): Promise<number> => {
    const jobs = Array.from({ length: count }, (_, n) => jobOf(`${key}-${n + 1}`, key, 0, 1));
    return store.change((change) => addUnknownJobs(change, jobs).length, NOW);
  };
  const start = async (limit: number): Promise<string[]> => {
    const params = { holder: 'worker', leaseMs: 60_000, limit };
    return store.change((change) => handOut(change, params).jobs.map(({ id }) => id), NOW);
  };
  // 32 in a group, and 2 in another, of which most start their last job in the second round.
  const few = Array.from({ length: 21 }, (_, n) => `few ${n}`);
  const many = Array.from({ length: 11 }, (_, n) => `many ${n}`);
  const keys = [...few, ...many, 'few', 'many'];
  for (const key of keys) await add(key, key.startsWith('few') ? 2 : 9);
  expect(await start(34)).toEqual(keys.map((key) => `${key}-1`));
  await add('new', 9);
  expect(await start(35)).toEqual([...keys.map((key) => `${key}-2`), 'new-1']);
  await store.change((change) => removeJobs(change, { ids: ['new-9'] }), NOW);
  const left = [...many, 'many'];
  for (let round = 3; round < 9; round++) {
    expect(await start(13)).toEqual([...left.map((key) => `${key}-${round}`), `new-${round - 1}`]);
  }
});
