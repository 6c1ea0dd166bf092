import type { AttemptEnd, Backoff } from '@philjs/jobs-core';
import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { QueueGroup } from '../queue-group.ts';

function circular(): Error {
  const error = new Error('in a circle');
  error.cause = error;
  return error;
}

const SECRETIVE = Object.defineProperty(new Error('never seen'), 'message', {
  get: () => {
    throw new Error('no message for you');
  },
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const ODD_THROWS: readonly (readonly [kind: string, thrown: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', 'x'],
  ['an empty string', ''],
  ['zero', 0],
  ['an empty object', {}],
  ['a symbol', Symbol('x')],
  ['a frozen error', Object.freeze(new Error('frozen'))],
  ['an error whose message cannot be read', SECRETIVE],
  ['several errors in one', new AggregateError([new Error('a'), 'b'], 'several')],
  ['an error that causes itself', circular()],
  ['an object that cannot be read', revoked()],
  [
    'an error named as one of a queue library',
    Object.assign(new Error('x'), { name: 'DelayedError' }),
  ],
  ['an error with a message of a queue library', new Error('bullmq:rateLimitExceeded')],
];

/** Errors of handlers, and the states their jobs end in. */
export const failing: QueueGroup = {
  title: 'failing',
  tests: (test) => {
    for (const [kind, thrown] of ODD_THROWS) {
      test(`records one readable failure of a handler that throws ${kind}`, async (trial) => {
        let runs = 0;
        const odd = defineJob({
          name: 'odd',
          attempts: 1,
          handler: (): void => {
            runs += 1;
            throw thrown;
          },
        });
        const queue = await trial.worker();
        const job = await trial.reaches(queue, await queue.enqueue(odd, undefined), 'failed');
        expect([job.attemptsMade, job.fencingToken, runs]).toEqual([1, 1, 1]);
        expect(job.error?.name).toMatch(/\S/);
        expect(job.error?.message).toMatch(/\S/);
      });
    }

    test('keeps the name, message, code and cause of an error', async (trial) => {
      const cause = Object.assign(new RangeError('deep'), { code: 'E_DEEP' });
      const coded = defineJob({
        name: 'coded',
        attempts: 1,
        handler: (): void => {
          throw Object.assign(new TypeError('no', { cause }), { code: 'E_NO' });
        },
      });
      const queue = await trial.worker();
      const job = await trial.reaches(queue, await queue.enqueue(coded, undefined), 'failed');
      expect(job.error).toMatchObject({
        name: 'TypeError',
        message: 'no',
        code: 'E_NO',
        cause: { name: 'RangeError', message: 'deep', code: 'E_DEEP' },
      });
    });

    const d = (trial: { time: { delayMs: number } }): number => trial.time.delayMs;
    const BACKOFFS: readonly (readonly [string, (delay: number) => Backoff, readonly number[]])[] =
      [
        ['a fixed wait', (delay) => ({ type: 'fixed', delay }), [1, 1, 1]],
        ['an exponential wait', (delay) => ({ type: 'exponential', delay }), [1, 2, 4]],
        [
          'a longest wait',
          (delay) => ({ type: 'exponential', delay, maxDelay: 2 * delay }),
          [1, 2, 2],
        ],
        ['a wait of its own making', (delay) => (attempt) => attempt * delay, [1, 2, 3]],
      ];
    for (const [kind, backoff, waits] of BACKOFFS) {
      test(`tries again after ${kind}`, async (trial) => {
        const { time } = trial;
        const startedAt: number[] = [];
        const ends: AttemptEnd[] = [];
        const again = defineJob({
          name: 'again',
          attempts: 4,
          backoff: backoff(d(trial)),
          handler: (_payload: undefined, ctx): void => {
            startedAt.push(time.now());
            ctx.onEnd((end) => ends.push(end));
            throw new Error(`attempt ${ctx.attempt}`);
          },
        });
        const queue = await trial.worker();
        const job = await queue.enqueue(again, undefined);
        const failed = await trial.reaches(queue, job, 'failed', 20 * d(trial));
        expect(failed).toMatchObject({ attemptsMade: 4, error: { message: 'attempt 4' } });
        for (const [index, factor] of waits.entries()) {
          const { runAt, endedAt } = ends[index] as AttemptEnd;
          // Whether jobs start on time is asked elsewhere: a busy machine is late by any length.
          const started = startedAt[index] as number;
          const next = (runAt as Date).getTime();
          // The wait begins somewhere between: it is computed while the attempt ends.
          expect(next).toBeGreaterThanOrEqual(started + factor * d(trial) - time.precisionMs);
          expect(next).toBeLessThanOrEqual(endedAt + factor * d(trial) + time.precisionMs);
          expect(startedAt[index + 1]).toBeGreaterThanOrEqual(started + factor * d(trial));
        }
      });
    }

    test('shows a job between two attempts as delayed, with its error', async (trial) => {
      const again = defineJob({
        name: 'again',
        backoff: { type: 'fixed', delay: 3_600_000 },
        handler: (): void => {
          throw new Error('not yet');
        },
      });
      const queue = await trial.worker();
      const job = await trial.reaches(queue, await queue.enqueue(again, undefined), 'delayed');
      expect(job).toMatchObject({ attemptsMade: 1, error: { message: 'not yet' } });
      expect(job.runAt.getTime()).toBeGreaterThan(trial.time.now() + 3_500_000);
    });

    test('lists how each attempt failed, also of a job that completes', async (trial) => {
      const third = defineJob({
        name: 'third',
        backoff: { type: 'fixed', delay: 1 },
        handler: (_payload: undefined, ctx): void => {
          const { attempt } = ctx;
          if (attempt < 3)
            throw Object.assign(new Error(`no ${attempt}`), { code: `E_${attempt}` });
        },
      });
      const queue = await trial.worker();
      const job = await queue.enqueue(third, undefined);
      await trial.result(queue, job);
      const completed = await queue.getJob(job.id);
      expect(completed).toMatchObject({
        status: 'completed',
        attemptsMade: 3,
        failures: [
          { attempt: 1, error: { message: 'no 1', code: 'E_1', stack: expect.any(String) } },
          { attempt: 2, error: { message: 'no 2', code: 'E_2', stack: expect.any(String) } },
        ],
      });
      const [first, second] = completed?.failures ?? [];
      const times = [first?.startedAt, first?.failedAt, second?.startedAt, second?.failedAt];
      const passed = times.map((time) => time?.getTime() ?? Number.NaN);
      expect(passed).toEqual(passed.toSorted((a, b) => a - b));
    });

    test('fails at once what `retryIf`, `backoff` or the handler says is hopeless', async (trial) => {
      const handler = (): void => {
        throw new Error('hopeless');
      };
      const jobs: JobDefinition[] = [
        defineJob({ name: 'retry-if', retryIf: () => false, handler }),
        defineJob({ name: 'backoff', backoff: () => false, handler }),
        defineJob({
          name: 'fail',
          handler: (_p: undefined, ctx) => ctx.fail(new Error('hopeless')),
        }),
      ];
      const queue = await trial.worker();
      for (const job of jobs) {
        const failed = await trial.reaches(queue, await queue.enqueue(job, undefined), 'failed');
        expect(failed).toMatchObject({ attemptsMade: 1, error: { message: 'hopeless' } });
      }
    });

    test('tries again as usual when the policy itself throws, and reports that', async (trial) => {
      const broken = (): never => {
        throw new Error('broken policy');
      };
      const job = defineJob({
        name: 'job',
        attempts: 2,
        retryIf: broken,
        backoff: broken,
        handler: (): void => {
          throw new Error('no');
        },
      });
      const queue = await trial.worker();
      const errors: string[] = [];
      queue.on('error', ({ error }) => void errors.push(error.message));
      const failed = await trial.reaches(queue, await queue.enqueue(job, undefined), 'failed');
      expect(failed).toMatchObject({ attemptsMade: 2, error: { message: 'no' } });
      expect(errors).toEqual(['broken policy', 'broken policy']);
    });
  },
};
