import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@philjs/jobs-core';
import type { EndedOutcome, Lease, NewJob } from '@philjs/jobs-core/backend';
import { expect, it, onTestFinished } from 'vitest';
import type { SqliteDriver } from '../src/database/sqlite-driver.ts';
import type { Row } from '../src/database/sqlite-file.ts';
import { addUnknownJobs } from '../src/jobs/add-jobs.ts';
import {
  cancelJob,
  clearJobs,
  promoteJobs,
  removeJobs,
  retryJobs,
} from '../src/jobs/change-jobs.ts';
import { updateJobs } from '../src/jobs/update-jobs.ts';
import { handOut } from '../src/lease/hand-out.ts';
import { recordOutcome } from '../src/lease/record-outcome.ts';
import { takeBack } from '../src/lease/take-back.ts';
import { moveJobs, storeOrder } from '../src/order/move-jobs.ts';
import { headTurnInGroup } from '../src/order/share-groups.ts';
import { learnLimits } from '../src/parts/sqlite-limit-store.ts';
import type { QueueChange } from '../src/state/queue-change.ts';
import { SqliteQueueStore } from '../src/state/queue-store.ts';

const KEEP = { ageMs: 1e9, count: 1e6 };
const error = { name: 'Error', message: 'as the test says' } as const;
const NOW = 1_800_000_000_000;
/** Those that stand in the lines, and do not start any more, are at most that many of each share. */
const MOST_PASSED = 16 + 24;

/** The waiting jobs that no limits keep apart, as the table of jobs has them. */
const WAITING = `SELECT class, coalesce(fair_key, '') AS key, turn, key AS job, weight FROM philjs_jobs_jobs
  WHERE status = 'waiting' AND limited = 0 ORDER BY 1, 2, 3`;
/** All that stand in the lines of the shares. */
const LINES = 'SELECT class, key, turn, job, weight FROM philjs_jobs_share_jobs ORDER BY 1, 2, 3';
const SHARES = `SELECT class, key, head_turn, share_group FROM philjs_jobs_shares
  WHERE head_number IS NOT NULL OR share_group IS NOT NULL ORDER BY 1, 2`;
const FIRSTS = `SELECT class, coalesce(fair_key, '') AS key, min(turn) AS turn, key AS job FROM philjs_jobs_jobs
  WHERE status = 'waiting' AND limited = 0 GROUP BY 1, 2 ORDER BY 1, 2`;

/** Opens a queue in a file of its own. */
async function openStore(): Promise<SqliteQueueStore> {
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
  return store;
}

function jobOf(id: string, fields: Partial<NewJob>): NewJob {
  const keep = { keepCompleted: KEEP, keepFailed: KEEP, keepCancelled: KEEP };
  const times = { createdAt: NOW, runAt: NOW };
  const rest = { payload: null, version: 1, priority: 0, maxAttempts: 3, metadata: {} };
  return { id, name: 'job', ...times, ...keep, ...rest, ...fields };
}

/** Returns numbers from 0 up to a bound, always the same ones. */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

for (const seed of [1, 2, 3]) {
  it(`keeps in the lines of shares the jobs that wait, and few that have started (${seed})`, async () => {
    const store = await openStore();
    const below = numbers(seed);
    const held: Lease[] = [];
    let made = 0;
    let grouped = 0;
    const idOf = (): string => `j${below(made + 1)}`;
    const orderOf = () => ({
      fairKey: `k${below(3)}`,
      ...(below(4) === 0 && { weight: 1 + below(3) }),
    });
    const start = (change: QueueChange, limit: number): void => {
      const { jobs } = handOut(change, { holder: 'worker', limit, leaseMs: 1000 });
      held.push(...jobs.map(({ id, fencingToken }) => ({ id, fencingToken })));
    };
    const outcomes: readonly (() => EndedOutcome)[] = [
      () => ({ type: 'complete', result: null }),
      () => ({ type: 'retry', error, failures: [], runAt: NOW }),
      () => ({ type: 'snooze', reason: 'released', runAt: NOW }),
      () => ({ type: 'snooze', reason: 'snoozed', runAt: NOW }),
      () => ({ type: 'unstarted' }),
      () => ({ type: 'fail', error, failures: [], attemptUsed: true }),
    ];
    const operations: readonly ((change: QueueChange) => void)[] = [
      (change) => {
        const shared = below(2) === 0 ? { order: orderOf() } : undefined;
        const jobs = Array.from({ length: 1 + below(30) }, () => {
          const priority = below(8) === 0 ? 1 : 0;
          return jobOf(`j${++made}`, { priority, order: orderOf(), ...shared });
        });
        addUnknownJobs(change, jobs);
      },
      (change) => start(change, 1 + below(8)),
      (change) => start(change, 1 + below(8)),
      (change) => {
        for (const lease of held.splice(0, 1 + below(8))) {
          const outcome = outcomes[
            below(3) === 0 ? below(outcomes.length) : 0
          ] as () => EndedOutcome;
          recordOutcome(change, lease, outcome());
        }
        start(change, below(8));
      },
      (change) => void removeJobs(change, { ids: [idOf(), idOf()] }),
      (change) => void cancelJob(change, { id: idOf(), error }),
      (change) => void retryJobs(change, { ids: [idOf(), idOf()] }),
      (change) => void updateJobs(change, { ids: [idOf()], changes: { priority: below(2) } }),
      (change) => void updateJobs(change, { ids: [idOf()], changes: { runAt: NOW + 9e6 } }),
      (change) => void promoteJobs(change, [idOf()]),
      (change) => {
        const payload = { value: null, version: 1, order: orderOf() };
        updateJobs(change, { ids: [idOf(), idOf()], changes: { payload } });
      },
      (change) => {
        if (below(20) > 0) return;
        held.length = 0;
        takeBack(change, { holder: 'another', stalls: { max: 9, error } });
      },
      (change) => {
        const rare = below(30);
        if (rare === 0) clearJobs(change, ['waiting'], 1e6);
        if (rare === 1) storeOrder(change, { policy: 'fair' });
        if (rare === 2) learnLimits(change, new Map([['job', { concurrency: 9 }]]));
      },
    ];
    await store.change((change) => storeOrder(change, { policy: 'fair' }), NOW);
    const rows = (sql: string): Row[] => store.file.all(sql);
    for (let step = 0; step < 600; step++) {
      const work = operations[below(operations.length)] as (change: QueueChange) => void;
      await store.change(work, NOW + step);
      await store.change((change) => {
        while (moveJobs(change));
      }, NOW + step);
      const heads = rows(SHARES).map(({ class: cls, key, head_turn: turn, share_group: group }) => {
        const share = { cls: Number(cls), key: String(key) };
        return { ...share, turn: group === null ? Number(turn) : headTurnInGroup(store, share) };
      });
      grouped += rows(SHARES).filter((share) => share['share_group'] !== null).length;
      const headOf = (row: Row) =>
        heads.find(({ cls, key }) => cls === row['class'] && key === row['key']);
      const lines = rows(LINES).filter((row) => Number(row['turn']) >= (headOf(row)?.turn ?? 0));
      expect(lines).toEqual(rows(WAITING));
      const firsts = lines.filter((row) => row['turn'] === headOf(row)?.turn);
      expect(firsts.map(({ weight: _, ...row }) => row)).toEqual(rows(FIRSTS));
      const passed = rows(
        'SELECT class, key, count(*) AS jobs FROM philjs_jobs_share_jobs GROUP BY 1, 2',
      ).map(
        ({ class: cls, key, jobs }) =>
          Number(jobs) -
          rows(WAITING).filter((job) => job['class'] === cls && job['key'] === key).length,
      );
      expect(Math.max(0, ...passed)).toBeLessThan(MOST_PASSED);
    }
    await store.change((change) => {
      clearJobs(change, ['waiting'], 1e6);
    }, NOW);
    expect(rows('SELECT * FROM philjs_jobs_share_jobs')).toEqual([]);
    expect(rows('SELECT * FROM philjs_jobs_shares')).toEqual([]);
    expect(rows('SELECT * FROM philjs_jobs_share_groups')).toEqual([]);
    expect(grouped).toBeGreaterThan(20);
  });
}

for (const { what, weights, isRemoved } of [
  { what: 'has a weight each second time', weights: [1, 2], isRemoved: false },
  { what: 'starts while another is removed', weights: [1, 1], isRemoved: true },
]) {
  it(`keeps few jobs that have started in the line of a share whose next job ${what}`, async () => {
    const store = await openStore();
    await store.change((change) => storeOrder(change, { policy: 'fair' }), NOW);
    let made = 0;
    const add = (change: QueueChange, count: number): void => {
      const jobs = Array.from({ length: count }, () => {
        const weight = weights[made % 2] as number;
        return jobOf(`j${++made}`, { order: { fairKey: 'k', ...(weight !== 1 && { weight }) } });
      });
      addUnknownJobs(change, jobs);
    };
    await store.change((change) => add(change, 20), NOW);
    for (let started = 1; started <= 100; started++) {
      await store.change((change) => {
        const { jobs } = handOut(change, { holder: 'worker', limit: 1, leaseMs: 1000 });
        expect(jobs).toHaveLength(1);
      }, NOW);
      await store.change((change) => add(change, isRemoved ? 2 : 1), NOW);
      if (isRemoved) await store.change((change) => removeJobs(change, { ids: [`j${made}`] }), NOW);
      const [lines, waiting] = [store.file.all(LINES), store.file.all(WAITING)];
      expect(waiting).toHaveLength(20);
      expect(lines.length - waiting.length).toBeLessThan(MOST_PASSED);
    }
  });
}

for (const { what, first, added, early } of [
  { what: 'learn many jobs at a time', first: 100, added: 0, early: [1, 2, 3] },
  { what: 'learn one job at a time', first: 2, added: 1, early: [1, 2, 0] },
]) {
  it(`keeps few jobs that have started in the lines of shares in groups that ${what}`, async () => {
    const store = await openStore();
    await store.change((change) => storeOrder(change, { policy: 'fair' }), NOW);
    const keys = Array.from({ length: 8 }, (_, index) => `k${index}`);
    let made = 0;
    const add = (change: QueueChange, count: number): void => {
      const jobs = Array.from({ length: count }, () =>
        keys.map((fairKey) => jobOf(`j${++made}`, { order: { fairKey } })),
      );
      addUnknownJobs(change, jobs.flat());
    };
    await store.change((change) => add(change, first), NOW);
    const passed: number[] = [];
    let grouped = 0;
    for (let round = 1; round <= 90; round++) {
      await store.change((change) => {
        const { jobs } = handOut(change, { holder: 'worker', limit: 8, leaseMs: 1000 });
        expect(jobs.map(({ order }) => order?.fairKey)).toEqual(keys);
      }, NOW);
      await store.change((change) => add(change, added), NOW);
      const [lines, waiting] = [store.file.all(LINES), store.file.all(WAITING)];
      expect(waiting).toHaveLength(8 * (first + added * round - round));
      passed.push((lines.length - waiting.length) / 8);
      grouped += store.file.all(SHARES).filter((share) => share['share_group'] !== null).length;
    }
    expect(grouped).toBeGreaterThan(8 * 80);
    expect(Math.max(...passed)).toBeLessThan(MOST_PASSED);
    // The rows of the first starts go with later ones.
    expect(passed.slice(0, 3)).toEqual(early);
  });
}
