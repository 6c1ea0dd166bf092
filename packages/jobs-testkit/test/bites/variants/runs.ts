import type { Clock } from '@philjs/jobs-core';
import type { ConsumeParams, Outcome, SnoozeReason } from '@philjs/jobs-core/backend';
import { consumeWith, outcomesAs, readAs, sharing, type Variant } from '../variant.ts';

const cancelled = { name: 'JobsError', code: 'JOBS_CANCELLED', message: 'cancelled' };
const snoozed = { name: 'Error', message: 'snoozed' } as const;
const ahead = new WeakMap<Clock, Clock>();

/** Makes a clock that is 2 ms ahead, one for each clock. */
function clockAhead(clock: Clock): Clock {
  const made: Clock = ahead.get(clock) ?? {
    now: () => clock.now() + 2,
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    clearTimeout: (handle) => clock.clearTimeout(handle),
  };
  ahead.set(clock, made);
  return made;
}

/** Backends that run jobs, or record how runs end, wrongly. */
export const runVariants: Readonly<Record<string, Variant>> = {
  'starts delayed jobs 2 ms early': {
    caughtBy: [
      'never starts a delayed job early, and starts it on time',
      'never starts a job early that is tried again or put back',
    ],
    clock: clockAhead,
    change: () => ({}),
  },
  'gives one job to two workers': {
    caughtBy: ['gives each job to one of many workers'],
    change: sharing(
      (): ConsumeParams[] => [],
      (inner, consumers) =>
        consumeWith(inner, (params) => {
          consumers.push(params);
          return {
            execute: (claimed) => {
              const other = consumers.find((each) => each !== params);
              void other?.execute(claimed);
              return params.execute(claimed);
            },
          };
        }),
    ),
  },
  'takes a job back before the lease is over': {
    caughtBy: ['gives a dead worker’s job to another one after the lease, and not before'],
    change: (inner) =>
      consumeWith(inner, ({ lockDuration }) => ({ lockDuration: lockDuration * 0.9 })),
  },
  'never takes a job back from a dead worker': {
    caughtBy: [
      'gives a dead worker’s job to another one after the lease, and not before',
      'loses none of many jobs when a worker dies that held several',
      'does what the model does, whatever happens in whatever order',
    ],
    change: (inner) => consumeWith(inner, () => ({ lockDuration: 1e12 })),
  },
  'records what a run reports whose lease was lost': {
    caughtBy: ['refuses an outcome from a lost lease while another worker runs the job'],
    change: sharing(
      () => new Map<string, Promise<Outcome>[]>(),
      (inner, runs) =>
        consumeWith(inner, ({ execute }) => ({
          execute: (claimed) => {
            const { id } = claimed.job;
            const unfinished = [...(runs.get(id) ?? []), execute(claimed)];
            runs.set(id, unfinished);
            return Promise.race(unfinished).finally(() => runs.delete(id));
          },
        })),
    ),
  },
  'redelivers a job that kills its workers for ever': {
    caughtBy: [
      ...[0, 1, 2].map(
        (allowed) =>
          `fails a job that lost its worker ${allowed + 1} times when ${allowed} are allowed`,
      ),
      'counts the workers that a name may lose in place of those that others may',
    ],
    change: (inner) => consumeWith(inner, () => ({ maxStalledCount: 1_000 })),
  },
  'allows each name as many lost workers as any other': {
    caughtBy: ['counts the workers that a name may lose in place of those that others may'],
    change: (inner) => consumeWith(inner, () => ({ maxStalledCounts: new Map() })),
  },
  'keeps the number of jobs that a worker began with': {
    caughtBy: ['resize: takes more jobs at once, and fills no slot again beyond a smaller number'],
    change: (inner) => ({
      consume: async (params) => ({ ...(await inner.consume(params)), resize: () => undefined }),
    }),
  },
  'stops without waiting for active jobs': {
    caughtBy: [
      'waits for active jobs and records their outcomes',
      'lets a second stop wait for the first',
    ],
    change: (inner) => ({
      consume: async (params) => {
        const consumer = await inner.consume(params);
        return { ...consumer, stop: () => consumer.stop({ timeout: 0 }) };
      },
    }),
  },
  'waits for handlers when it is closed, however long they take': {
    caughtBy: ['gives active jobs back without waiting for them'],
    change: sharing(
      () => new Set<Promise<unknown>>(),
      (inner, active) => ({
        ...consumeWith(inner, ({ execute }) => ({
          execute: (claimed) => {
            const run = execute(claimed);
            active.add(run);
            return run.finally(() => active.delete(run));
          },
        })),
        close: async (params) => {
          if (params?.force !== true) await Promise.all(active);
          return inner.close(params);
        },
      }),
    ),
  },
  'pauses only workers that begin later': {
    caughtBy: [
      'starts nothing on any process while paused, and goes on when resumed',
      'keeps a running worker from starting the next job',
    ],
    change: sharing(
      () => ({ isPaused: false, onResume: [] as (() => void)[] }),
      (inner, queue) => ({
        isPaused: async () => queue.isPaused,
        setPaused: async ({ paused }) => {
          queue.isPaused = paused;
          if (!paused) for (const resume of queue.onResume.splice(0)) resume();
        },
        consume: async (params) => {
          if (!queue.isPaused) return inner.consume(params);
          queue.onResume.push(() => void inner.consume(params));
          return { resize: () => undefined, stop: async () => undefined };
        },
      }),
    ),
  },
  'says of no lease that it has ended': {
    caughtBy: ['says that the lease of a dead worker has ended, once it has'],
    change: (inner) =>
      readAs(inner, ({ lease, ...job }) =>
        lease === undefined ? job : { ...job, lease: { ...lease, hasEnded: false } },
      ),
  },
  'keeps what it said of a lease when the job has ended': {
    caughtBy: ['says nothing of a lease of a job that is not active'],
    change: (inner) =>
      readAs(inner, (job) =>
        job.finishedAt === undefined ? job : { ...job, lease: { hasEnded: true } },
      ),
  },
  'sends a wish by force to a dead worker': {
    caughtBy: [
      'ends a job by force whose worker is dead, in the same step',
      'only asks while the lease lasts, and without force also once it has ended',
      'frees the slot of a limit that a job ended by force had',
      'frees the deduplication key of a job ended by force',
      'hands out what waits for a job ended by force, to fail',
      'tells of a job ended by force that it was cancelled',
    ],
    change: (inner) => ({
      cancel: async ({ force, ...params }) => {
        const isLost = (await inner.get({ id: params.id }))?.lease?.hasEnded === true;
        return inner.cancel(isLost ? params : { ...params, ...(force && { force }) });
      },
    }),
  },
  'forgets the wish to cancel an active job': {
    caughtBy: [
      'tells an active job’s run of the wish, made by the same process',
      'tells an active job’s run of the wish, made by another process',
      'ends an active job at once when forced by another process',
      'keeps the request for the worker that takes over from one that died',
    ],
    change: (inner) => ({
      cancel: async (params) => {
        const job = await inner.get({ id: params.id });
        return job?.status === 'active' ? 'requested' : inner.cancel(params);
      },
    }),
  },
  'cancels a job that completed although it was to be cancelled': {
    caughtBy: ['keeps what a run has done although it was to be cancelled'],
    change: (inner) =>
      outcomesAs(inner, async (outcome, { job: { id } }) => {
        const job = await inner.get({ id });
        const isWished = outcome.type === 'complete' && job?.cancelRequested !== undefined;
        if (!isWished) return outcome;
        return { type: 'cancel', error: cancelled, failures: [], attemptUsed: true };
      }),
  },
  'records a failure without its dead letter': {
    caughtBy: [
      'stores the letter of a failed job in its queue, made if need be',
      'stores a letter once',
    ],
    change: (inner) =>
      outcomesAs(inner, (outcome) => {
        if (outcome.type !== 'fail') return outcome;
        const { deadLetter, ...rest } = outcome;
        return rest;
      }),
  },
  'forgets the errors of earlier attempts': {
    caughtBy: ['keeps the failures of every attempt as they are listed'],
    change: (inner) =>
      outcomesAs(inner, (outcome) => {
        if (outcome.type !== 'retry' && outcome.type !== 'fail') return outcome;
        return { ...outcome, failures: outcome.failures.slice(-1) };
      }),
  },
  'loses the payload when a job is tried again': {
    caughtBy: ['retry: puts the job back with its payload, the error and one attempt more'],
    change: (inner) =>
      readAs(inner, (job) => (job.attemptsMade > 0 ? { ...job, payload: undefined } : job)),
  },
  'says for ever why a job was once put off': {
    caughtBy: ['forgets why a job was put off once its next attempt has failed'],
    change: sharing(
      () => new Map<string, SnoozeReason>(),
      (inner, reasons) =>
        readAs(inner, (job) => {
          if (job.snoozeReason !== undefined) reasons.set(job.id, job.snoozeReason);
          const snoozeReason = reasons.get(job.id);
          return snoozeReason === undefined ? job : { ...job, snoozeReason };
        }),
    ),
  },
  'uses an attempt for a snooze': {
    caughtBy: ['snooze: puts the job back with the reason and uses no attempt'],
    change: (inner) =>
      outcomesAs(inner, (outcome) =>
        outcome.type === 'snooze'
          ? { type: 'retry', error: snoozed, failures: [], runAt: outcome.runAt }
          : outcome,
      ),
  },
  'takes a job that is given back unstarted for one that started': {
    caughtBy: [
      'takes back the start and the slot of a job that was given back unstarted',
      'gives a start under a shared rate back that never ran, to a job of another name',
      'charges no turn for a job that goes without a start',
      'gives a job that was given back unstarted its place and its keys, and counts no attempt',
    ],
    change: (inner) =>
      outcomesAs(inner, (outcome, { job: { runAt } }) =>
        outcome.type === 'unstarted' ? { type: 'snooze', reason: 'released', runAt } : outcome,
      ),
  },
};
