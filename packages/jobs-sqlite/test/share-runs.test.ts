import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JobRecord, Lease, NewJob } from '@philjs/jobs-core';
import { systemClock } from '@philjs/jobs-core/backend';
import { afterAll, expect, it } from 'vitest';
import { addJobs } from '../src/jobs/add-jobs.ts';
import { cancelJob, clearJobs, removeJobs, retryJobs } from '../src/jobs/change-jobs.ts';
import { updateJobs } from '../src/jobs/update-jobs.ts';
import { handOut } from '../src/lease/hand-out.ts';
import { recordOutcome } from '../src/lease/record-outcome.ts';
import { takeBack } from '../src/lease/take-back.ts';
import { openLimits } from '../src/limits/limited-name.ts';
import { moveJobs, storeOrder } from '../src/order/move-jobs.ts';
import { endRuns } from '../src/order/share-runs.ts';
import type { QueueChange } from '../src/state/queue-change.ts';
import { SqliteQueueStore } from '../src/state/queue-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-runs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOW = 1_800_000_000_000;
const KEEP = { ageMs: 1000, count: 0 };
const KEPT = { ageMs: 1000, count: 5 };
const error = { name: 'Error', message: 'as the test says' };

/** Makes one change in a queue, and returns what it tells. */
type Step = (change: QueueChange) => unknown;

/** A source of the same numbers each time. */
function numbersOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

function jobOf(id: string, fairKey: string, priority: number, weight: number): NewJob {
  const order = { fairKey, ...(weight !== 1 && { weight }) };
  const kept = { keepCompleted: KEEP, keepFailed: KEEP, keepCancelled: KEPT };
  const times = { createdAt: NOW, runAt: NOW };
  const facts = { name: 'job', payload: null, version: 1, maxAttempts: 9, metadata: {} };
  return { id, priority, order, ...facts, ...times, ...kept };
}

function openStore(name: string): Promise<SqliteQueueStore> {
  return SqliteQueueStore.open({
    path: join(folder, `${name}.sqlite`),
    driver: DatabaseSync as never,
    synchronous: 'normal',
    queueName: 'jobs',
    clock: systemClock,
  });
}

async function openFair(name: string, hasLimits: boolean): Promise<SqliteQueueStore> {
  const store = await openStore(name);
  await store.change((change) => {
    storeOrder(change, { policy: 'fair' });
    change.file.run('UPDATE queues SET moved_rank = NULL');
    // While a name has limits, each start is chosen and written alone.
    if (hasLimits) openLimits(change, 'another name');
  }, NOW);
  return store;
}

/** Takes the jobs that started first back, as if their worker had died. */
function loseLeases(change: QueueChange): unknown {
  const first = "SELECT id FROM jobs WHERE status = 'active' ORDER BY turn LIMIT 3";
  change.file.run(`UPDATE jobs SET lease_until = 0 WHERE id IN (${first})`);
  const taken = takeBack(change, { holder: 'another', stalls: { max: 1, error } });
  return taken.map(({ lease }) => lease);
}

/** Sets another order, and at once the fair one again. */
function setOrderAgain(change: QueueChange): void {
  storeOrder(change, { policy: 'deadline' });
  storeOrder(change, { policy: 'fair' });
  while (moveJobs(change));
}

/** Chooses the next step by what is known to wait and to run. */
function stepOf(pick: (below: number) => number, waiting: string[], active: JobRecord[]): Step {
  const kind = pick(24);
  if (kind < 4) {
    const jobs = Array.from({ length: 1 + pick(40) }, () => {
      const key = pick(25);
      const weight = key === 3 ? 2 : 1;
      return jobOf(`j${pick(1e9)}`, `key ${key}`, pick(9) === 0 ? 1 : 0, weight);
    });
    return (change) => addJobs(change, jobs).length;
  }
  if (kind < 10) {
    const limit = 1 + pick(20);
    const params = { holder: 'worker', leaseMs: 60_000, limit };
    return (change) => handOut(change, params).jobs;
  }
  if (kind < 17) {
    const outcomes = active.slice(0, pick(active.length + 1)).map((job) => {
      const lease: Lease = { id: job.id, fencingToken: job.fencingToken };
      const how = pick(12);
      if (how === 0) return [lease, { type: 'unstarted' }] as const;
      if (how === 1) return [lease, { type: 'snooze', reason: 'released', runAt: NOW }] as const;
      if (how === 2) {
        return [
          lease,
          { type: 'retry', error, failures: [], attemptUsed: true, runAt: NOW },
        ] as const;
      }
      return [lease, { type: 'complete', result: undefined }] as const;
    });
    return (change) =>
      outcomes.map(([lease, outcome]) => recordOutcome(change, lease, outcome as never));
  }
  const id = waiting[pick(waiting.length)] ?? 'none';
  if (kind === 17) return (change) => removeJobs(change, [id]);
  if (kind === 18) return (change) => cancelJob(change, { id, error });
  if (kind === 19) return loseLeases;
  if (kind === 20) {
    const most = pick(8) === 0 ? 1_000 : 3;
    return (change) => clearJobs(change, ['waiting'], most);
  }
  if (kind === 21) {
    const cancelled = "SELECT id FROM jobs WHERE status = 'cancelled' ORDER BY id";
    return (change) =>
      retryJobs(
        change,
        change.file.all(cancelled).map((row) => String(row['id'])),
      );
  }
  if (kind === 22 && pick(4) === 0) return setOrderAgain;
  const changes = { priority: pick(2) };
  return (change) => updateJobs(change, { ids: [id], changes });
}

it('starts by runs of shares what it starts one by one, whatever happens', async () => {
  let members = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const pick = numbersOf(seed);
    const [one, other] = [await openFair(`${seed}`, false), await openFair(`${seed}-l`, true)];
    const rowsOf = (sql: string) => one.file.all(sql);
    for (let count = 0; count < 120; count++) {
      const waiting = rowsOf("SELECT id FROM jobs WHERE status = 'waiting' ORDER BY key");
      const active = rowsOf(
        "SELECT id, fencing_token FROM jobs WHERE status = 'active' ORDER BY turn",
      );
      const step = stepOf(
        pick,
        waiting.map(({ id }) => String(id)),
        active.map((row) => ({ id: row['id'], fencingToken: row['fencing_token'] }) as never),
      );
      const idsOf = (result: unknown): unknown =>
        Array.isArray(result) ? result.map((each) => (each as JobRecord).id ?? each) : result;
      const done = idsOf(await one.change(step, NOW));
      expect(done, `seed ${seed}, step ${count}`).toEqual(idsOf(await other.change(step, NOW)));
      members += Number(
        rowsOf('SELECT count(*) AS found FROM shares WHERE in_run = 1')[0]?.['found'],
      );
    }
    // What is left of the shares is the same, too.
    await one.change(endRuns, NOW);
    const shares = 'SELECT class, key, base, number, in_run FROM shares ORDER BY class, key';
    expect(one.file.all(shares)).toEqual(other.file.all(shares));
    one.file.close();
    other.file.close();
  }
  expect(members).toBeGreaterThan(1_000);
});

it('starts the jobs of a key as they arrived while older ones are moved to the order', async () => {
  const store = await openStore('moved');
  const add = (...ids: string[]): Step => {
    return (change) =>
      addJobs(
        change,
        ids.map((id) => jobOf(id, id.charAt(0), 0, 1)),
      );
  };
  const exchange = (): string[] =>
    store.change((change) => {
      moveJobs(change);
      const params = { holder: 'worker', leaseMs: 60_000, limit: 2 };
      return handOut(change, params).jobs.map(({ id }) => id);
    }, NOW) as string[];
  const many = Array.from({ length: 1_200 }, (_, index) => `x${index}`);
  await store.change(add(...many, 'k-old-1', 'k-old-2'), NOW);
  await store.change((change) => storeOrder(change, { policy: 'fair' }), NOW);
  await store.change(add('k-new-1', 'k-new-2', 'k-new-3'), NOW);
  // The older ones are not moved yet.
  expect(exchange()).toEqual(['k-new-1', 'x0']);
  expect([...exchange(), ...exchange()]).toEqual(['k-old-1', 'x1', 'k-old-2', 'x2']);
  expect(exchange()).toEqual(['k-new-2', 'x3']);
  store.file.close();
});
