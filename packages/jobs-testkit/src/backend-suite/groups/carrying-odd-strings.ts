import type { SerializedError } from '@philjs/jobs-core';
import type { JobRecord, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { EventLog } from '../event-log.ts';
import { openStore, put, schedule, T0 } from '../scheduled.ts';

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
      test(`hands a dead worker’s job with ${kind} to another one`, async (trial) => {
        const { time } = trial;
        const { lockMs } = time;
        const [one, other] = [await trial.open(), await trial.open()];
        const dead = await trial.work(one, { run: 'hold', lockMs });
        const job = trial.job(fieldsOf(trial, odd));
        await trial.add(one, job);
        await dead.started();
        await one.close({ force: true });
        const alive = await trial.work(other, { lockMs });
        await time.until('it is redelivered', () => alive.runs.length === 1, 4 * lockMs);
        expectStored(await trial.reaches(other, odd, 'completed'), job);
      });

      test(
        `replaces a job with ${kind} by another`,
        async (trial) => {
          const backend = await trial.open();
          const deduplication = { key: odd, mode: 'replace' } as const;
          const [first, second] = [1, 2].map((n) => {
            const payload = { [odd]: n };
            return trial.job({ ...fieldsOf(trial, odd), payload, deduplication });
          }) as [NewJob, NewJob];
          await trial.add(backend, first);
          const [answer] = await trial.add(backend, { ...second, id: `${odd}.` });
          expect(answer).toEqual({ id: odd, outcome: 'replaced' });
          expectStored(await trial.get(backend, odd), second);
        },
        { needs: 'deduplication' },
      );

      test(
        `keeps a schedule of ${kind}`,
        async (trial) => {
          const { store } = await openStore(trial);
          const { revision } = await put(store, odd, T0);
          expect((await store.list({ limit: 10 })).schedules).toMatchObject([schedule(odd, T0)]);
          expect((await store.due({ now: T0, limit: 1 })).schedules).toMatchObject([{ id: odd }]);
          const entry = { scheduleId: odd, tickAt: T0, detail: { [odd]: odd } };
          const job = trial.job({ id: odd });
          const tick = { id: odd, expectedRevision: revision, nextAt: T0 + 1, state: { [odd]: 1 } };
          const fired = await store.fire({ ...tick, jobs: [job], entries: [entry], track: true });
          expect(fired).toMatchObject({ fired: true, schedule: { id: odd, state: { [odd]: 1 } } });
          expect(await store.liveRuns({ id: odd })).toEqual([odd]);
          expect(await store.history({ id: odd, limit: 10 })).toEqual([entry]);
          expect(await store.history({ limit: 10 })).toEqual([entry]);
          expect((await store.get({ id: odd }))?.nextAt).toBe(T0 + 1);
          expect(await store.remove({ id: odd })).toBe(true);
        },
        { needs: 'schedules' },
      );
    }

    test(
      'tells strings apart that differ in half a surrogate pair',
      async (trial) => {
        const backend = await trial.open();
        const keys = ['k\ud83d', 'k\ud83e', 'k\ufffd'];
        const jobs = keys.map((key) =>
          trial.job({ deduplication: { key, mode: 'drop' }, concurrencyKey: key, rateKey: key }),
        );
        const answers = await trial.add(backend, ...jobs);
        expect(answers.map(({ outcome }) => outcome)).toEqual(['added', 'added', 'added']);
        for (const [index, { id }] of jobs.entries()) {
          const key = keys[index];
          const expected = { deduplicationKey: key, concurrencyKey: key, rateKey: key };
          expect(await trial.get(backend, id)).toMatchObject(expected);
        }
        for (const key of backend.capabilities.rateLimits ? keys : []) {
          const turn = { key, max: 1, per: 60_000, now: trial.time.now() };
          expect((await backend.limiter?.take(turn))?.waitMs).toBe(0);
        }
        const { schedules: store } = backend;
        for (const id of store === undefined ? [] : keys) {
          expect(await store?.put({ schedule: schedule(id), expectedRevision: 0 })).toBeDefined();
        }
      },
      { needs: 'deduplication' },
    );

    for (const [kind, odd] of ODD_STRINGS) {
      test(
        `names a job of ${kind} in its events`,
        async (trial) => {
          const backend = await trial.open();
          const log = new EventLog(trial.time);
          await log.start(backend);
          // The name of a definition, of at most 200 characters.
          const name = odd.slice(0, 200).toWellFormed();
          await trial.add(backend, trial.job({ id: odd, name }));
          const worker = await trial.work(backend, { run: 'hold' });
          const first = await worker.started();
          await backend.setProgress({ lease: first.lease, progress: 1 });
          const error = { name: 'Error', message: 'no' };
          first.end({ type: 'retry', error, runAt: trial.time.now() });
          (await worker.started(1)).end({ type: 'complete', result: null });
          await log.saw(odd, 'completed');
          const types = ['waiting', 'active', 'progress', 'retrying', 'completed'];
          expect(log.of(odd)).toEqual(expect.arrayContaining(types));
          const names = log.events.flatMap((event) => ('name' in event ? [event.name] : []));
          expect(new Set(names)).toEqual(new Set([name]));
        },
        { needs: 'events' },
      );

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
