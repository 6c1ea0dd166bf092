import type { JobRecord, NewJob, SerializedError } from '@philjs/jobs-core';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';

const ODD_STRINGS: readonly (readonly [kind: string, text: string])[] = [
  ['half a surrogate pair at the end', 'nice \ud83d'],
  ['half a surrogate pair at the start', '\ude00 nice'],
  ['NUL', 'a\u0000b'],
  ['what looks like JSON, SQL and Lua', `"]]}', null); -- [[ \\u0000 \\`],
  ['256 characters of any kind', `\u0000\ud800é🚀"\\`.padEnd(256, 'ż🚀')],
];

/** A user's string is carried unchanged: whatever it contains, in every field (promises 8 and 13). */
export const carryingOddStrings: BackendGroup = {
  title: 'odd strings in every field',
  tests: (test) => {
    for (const [kind, odd] of ODD_STRINGS) {
      test(`carries ${kind} in every field a user fills`, async (trial) => {
        const backend = await trial.open();
        const job = trial.job(fieldsOf(trial, odd));
        expect(await trial.add(backend, job)).toMatchObject([{ id: odd, outcome: 'added' }]);
        expectStored(await trial.get(backend, odd), job);
        const worker = await trial.work(backend, { run: 'hold' });
        const first = await worker.started();
        expectStored(first.job, job);
        const progress = { [odd]: odd };
        expect(await backend.setProgress({ lease: first.lease, progress })).toBe(true);
        const error: SerializedError = {
          name: odd,
          message: odd,
          stack: odd,
          cause: { name: 'Error', message: odd },
        };
        first.end({ type: 'retry', error, runAt: trial.time.now() });
        const second = await worker.started(1);
        expectStored(second.job, job);
        expect(second.job).toMatchObject({ error, progress, failures: [{ error }] });
        second.end({ type: 'complete', result: { [odd]: [odd] } });
        const done = await trial.reaches(backend, odd, 'completed');
        expectStored(done, job);
        expect(JSON.stringify(done.result)).toBe(JSON.stringify({ [odd]: [odd] }));
        const page = await trial.list(backend, ['completed']);
        expect(page.map(({ id }) => id)).toEqual([odd]);
        expect(await backend.remove({ ids: [odd] })).toBe(1);
      });

      test(`cancels, fails and retries by hand with ${kind}`, async (trial) => {
        const backend = await trial.open();
        const error: SerializedError = { name: odd, message: odd, code: 'JOBS_CANCELLED' };
        await trial.add(backend, trial.job(fieldsOf(trial, odd)));
        expect(await backend.cancel({ id: odd, reason: odd, error })).toBe('cancelled');
        expect(await trial.get(backend, odd)).toMatchObject({ status: 'cancelled', error });
        expect(await backend.retry({ ids: [odd] })).toBe(1);
        const worker = await trial.work(backend, { run: 'hold' });
        const run = await worker.started();
        expect(await backend.cancel({ id: odd, reason: odd, error })).toBe('requested');
        await trial.time.until('it is aborted', () => run.aborts.length > 0);
        expect((await trial.get(backend, odd)).cancelRequested).toEqual({
          reason: odd,
          force: false,
        });
        run.end({ type: 'fail', error, attemptUsed: true });
        expect(await trial.reaches(backend, odd, 'failed')).toMatchObject({ error });
      });
    }

    for (const [kind, odd] of ODD_STRINGS) {
      test(
        `logs ${kind}`,
        async (trial) => {
          const backend = await trial.open();
          await trial.add(backend, ...trial.jobs(odd));
          const lines = [{ at: 1_700_000_000_000, attempt: 1, message: odd }];
          await backend.logs?.append({ id: odd, lines });
          expect(await backend.logs?.read({ id: odd })).toEqual({ lines, total: 1 });
        },
        { needs: 'logs' },
      );

      test(
        `counts a limit by a key of ${kind}`,
        async (trial) => {
          const backend = await trial.open();
          const take = (key: string) =>
            backend.limiter?.take({ key, max: 1, per: 60_000, now: trial.time.now() });
          expect((await take(odd))?.waitMs).toBe(0);
          expect((await take(`${odd}.`))?.waitMs).toBe(0);
          expect((await take(odd))?.waitMs).toBeGreaterThan(0);
        },
        { needs: 'rateLimits' },
      );

      test(
        `ties a job to a key of ${kind}`,
        async (trial) => {
          const backend = await trial.open();
          const deduplication = { key: odd, mode: 'drop' } as const;
          await trial.add(backend, trial.job({ id: 'a', deduplication }));
          const [second] = await trial.add(backend, trial.job({ id: 'b', deduplication }));
          expect(second).toMatchObject({ id: 'a', outcome: 'duplicate' });
          expect((await trial.get(backend, 'a')).deduplicationKey).toBe(odd);
        },
        { needs: 'deduplication' },
      );
    }
  },
};

function fieldsOf({ capabilities }: BackendTrial, odd: string): Partial<NewJob> {
  return {
    id: odd,
    payload: { [odd]: odd },
    metadata: { [odd]: odd, list: [odd] },
    parentId: odd,
    ...(capabilities.deduplication && { deduplication: { key: odd, mode: 'drop' } }),
  };
}

/** Compares by JSON text too, which tells lone surrogates apart. */
function expectStored(record: JobRecord, { payload, metadata, parentId }: NewJob): void {
  expect(record).toMatchObject({ payload, metadata, parentId });
  expect(JSON.stringify([record.payload, record.metadata, record.parentId])).toBe(
    JSON.stringify([payload, metadata, parentId]),
  );
}
