import type { Outcome } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import type { Run, RunEnding } from '../test-worker.ts';

const JOBS = 240;
const error = { name: 'Error', message: 'no' };

/**
 * Workers end jobs in batches and renew others while an administrator changes them: no call blocks, no job runs
 * twice.
 */
export const contending: BackendGroup = {
  title: 'contention',
  tests: (test) => {
    test('ends every job, one run at a time, while it is retried, cancelled, removed and paused', async (trial) => {
      const backends = await Promise.all([trial.open(), trial.open(), trial.open()]);
      const [first] = backends;
      // So long that a process which stands still does not lose its jobs to another.
      const lockMs = 3 * trial.time.lockMs;
      const running = new Set<string>();
      const twice: string[] = [];
      const run = async (one: Run): Promise<void> => {
        if (running.has(one.id)) twice.push(one.id);
        running.add(one.id);
        await Promise.resolve();
        // Long enough for its lease to be renewed meanwhile.
        if (one.order % 7 === 0) await trial.time.sleep(lockMs / 2);
        running.delete(one.id);
        one.end(endingOf(one, trial));
      };
      const onAbort = (one: Run): void => {
        running.delete(one.id);
        one.end({ type: 'fail', error, attemptUsed: true });
      };
      const ids = Array.from({ length: JOBS }, (_, index) => `job-${index}`);
      await trial.add(first, ...trial.jobs(...ids));
      const options = { concurrency: 8, run, onAbort, lockMs };
      for (const backend of backends) await trial.work(backend, options);
      await trial.time.finish('the administration ends', administer(trial, ids), 60_000);
      await trial.time.until(
        'all jobs have ended',
        async () => {
          const { waiting, delayed, active } = await first.counts();
          return waiting + delayed + active === 0;
        },
        40 * lockMs,
      );
      expect(twice).toEqual([]);
      const all = await trial.list(first, ['completed', 'failed', 'cancelled']);
      const counts = await first.counts();
      expect(counts.completed + counts.failed + counts.cancelled).toBe(all.length);
      expect(counts.completed).toBeGreaterThan(JOBS / 4);
    });
  },
};

function endingOf({ job }: Run, trial: BackendTrial): RunEnding {
  const index = Number(job.id.slice('job-'.length));
  const runAt = trial.time.now();
  if (index % 5 === 1 && job.attemptsMade === 0) return { type: 'retry', error, runAt };
  if (index % 5 === 2 && job.fencingToken === 1) {
    return { type: 'snooze', reason: 'snoozed', runAt } satisfies Outcome;
  }
  if (index % 5 === 3 && job.attemptsMade === 0) {
    return { type: 'fail', error, attemptUsed: true };
  }
  return { type: 'complete', result: index };
}

async function administer(trial: BackendTrial, ids: readonly string[]): Promise<void> {
  const backend = await trial.open();
  const cancelled = { ...error, code: 'JOBS_CANCELLED' };
  for (let at = 0; at < ids.length; at += 24) {
    const some = ids.slice(at, at + 24);
    await Promise.all([
      backend.retry({ ids: [...some].reverse() }),
      backend.remove({ ids: some.slice(0, 3) }),
      backend.promote({ ids: some }),
      ...some.slice(3, 6).map((id) => backend.cancel({ id, error: cancelled })),
      backend.add({ jobs: trial.jobs(...some.slice(6, 12)) }),
      backend.setPaused({ paused: at % 48 === 0 }),
      backend.counts(),
      trial.list(backend, ['waiting', 'active', 'failed']),
    ]);
  }
  await backend.setPaused({ paused: false });
}
