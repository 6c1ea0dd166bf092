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
import { learnLimits } from '../src/parts/sqlite-limit-store.ts';
import type { QueueChange } from '../src/state/queue-change.ts';
import { SqliteQueueStore } from '../src/state/queue-store.ts';

const KEEP = { ageMs: 1e9, count: 1e6 };
const error = { name: 'Error', message: 'as the test says' } as const;
const NOW = 1_800_000_000_000;
/** The first waiting job of each key, with the number that it has to have. */
const FIRSTS = `SELECT j.class, coalesce(j.fair_key, '') AS key, j.key AS head, min(j.turn) AS head_turn,
    (SELECT base FROM philjs_jobs_shares s WHERE s.class = j.class AND s.key = coalesce(j.fair_key, '')) + 1 / coalesce(j.weight, 1.0)
      AS head_number
  FROM philjs_jobs_jobs j WHERE status = 'waiting' AND limited = 0 GROUP BY 1, 2 ORDER BY 1, 2`;
const HEADS = `SELECT class, key, head, head_turn, head_number FROM philjs_jobs_shares WHERE head_number IS NOT NULL ORDER BY 1, 2`;
const KEYS = `SELECT DISTINCT class, coalesce(fair_key, '') AS key FROM philjs_jobs_jobs WHERE status = 'waiting' ORDER BY 1, 2`;

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
  it(`keeps a share for each key with waiting jobs, whose first one is its head (${seed})`, async () => {
    const store = await openStore();
    const below = numbers(seed);
    const held: Lease[] = [];
    let made = 0;
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
        takeBack(change, { holder: 'another', stalls: { max: 9, maxOf: new Map(), error } });
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
      expect(rows(HEADS)).toEqual(rows(FIRSTS));
      expect(rows('SELECT class, key FROM philjs_jobs_shares ORDER BY 1, 2')).toEqual(rows(KEYS));
    }
    await store.change((change) => {
      clearJobs(change, ['waiting'], 1e6);
    }, NOW);
    for (const table of ['shares', 'share_lines', 'fair_classes'])
      expect(rows(`SELECT * FROM philjs_jobs_${table}`)).toEqual([]);
  });
}
