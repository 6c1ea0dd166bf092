import type { NewJob, ScheduleStore } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { openStore, put, schedule, T0 } from '../scheduled.ts';

const MANY = 1_000;
const idOf = (n: number): string => `s${String(n).padStart(4, '0')}`;

/** Schedules: what is decided together is stored together. */
export const decidingTogether: BackendGroup = {
  title: 'storing together what was decided together',
  needs: 'schedules',
  tests: (test) => {
    test('changes many schedules in one step', async (trial) => {
      const [{ store }, { store: other }] = [await openStore(trial), await openStore(trial)];
      const { revision } = await put(store, 'b', T0);
      const changed = { ...schedule('b'), spec: { every: 5 } };
      const records = await store.putAll({
        schedules: [
          { schedule: schedule('c', T0 + 1), expectedRevision: 0 },
          { schedule: changed, expectedRevision: revision },
          { schedule: schedule('a', T0 + 2) },
        ],
      });
      expect(records).toMatchObject([schedule('c', T0 + 1), changed, schedule('a', T0 + 2)]);
      expect(new Set(records?.map((record) => record.revision)).size).toBe(3);
      for (const record of records ?? []) {
        expect(await other.get({ id: record.id })).toEqual(record);
      }
      const { schedules } = await other.due({ now: T0 + 5, limit: 10 });
      expect(schedules.map(({ id }) => id)).toEqual(['c', 'a']);
      expect(await store.putAll({ schedules: [] })).toEqual([]);
    });

    test('changes none of many when one of them was changed since', async (trial) => {
      const { store } = await openStore(trial);
      const before = [await put(store, 'a', T0), await put(store, 'b', T0)];
      const [a, b] = before as [(typeof before)[0], (typeof before)[0]];
      for (const [expectedA, expectedB, expectedC] of [
        [a.revision, b.revision + 17, 0],
        [a.revision + 17, b.revision, 0],
        [a.revision, 0, 0],
        [a.revision, b.revision, 5],
      ] as const) {
        const answer = await store.putAll({
          schedules: [
            { schedule: schedule('a', T0 + 1), expectedRevision: expectedA },
            { schedule: schedule('b', T0 + 1), expectedRevision: expectedB },
            { schedule: schedule('c', T0 + 1), expectedRevision: expectedC },
          ],
        });
        expect(answer).toBeUndefined();
        expect((await store.list({ limit: 10 })).schedules).toEqual(before);
      }
    });

    test('changes a thousand schedules at once', async (trial) => {
      const { store } = await openStore(trial);
      const ids = Array.from({ length: MANY }, (_, n) => idOf(n));
      const records = await store.putAll({
        schedules: ids.map((id) => ({ schedule: schedule(id, T0), expectedRevision: 0 })),
      });
      expect(records?.map(({ id }) => id)).toEqual(ids);
      const listed = await store.list({ limit: MANY });
      expect(listed.schedules).toEqual(records);
    });

    test('tells every process that watches of schedules changed together', async (trial) => {
      const [{ store: one }, { store: other }] = [await openStore(trial), await openStore(trial)];
      let changes = 0;
      const watching = await other.watch({ onChange: () => changes++ });
      await one.putAll({ schedules: [{ schedule: schedule('a', T0) }] });
      await trial.time.until('it sees the change', () => changes > 0);
      await watching.unsubscribe();
    });

    test('lets one of many that change the same schedules at once succeed', async (trial) => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(trial)));
      const all = ['a', 'b', 'c'];
      const tries = Array.from({ length: 12 }, (_, by) =>
        (stores[by % 4] as (typeof stores)[0]).store.putAll({
          schedules: all.map((id) => ({
            schedule: { ...schedule(id, T0), state: { by } },
            expectedRevision: 0,
          })),
        }),
      );
      const made = (await Promise.all(tries)).filter((records) => records !== undefined);
      expect(made).toHaveLength(1);
      const listed = await stores[1]?.store.list({ limit: 10 });
      expect(listed?.schedules).toEqual(made[0]);
    });

    test('stores what was decided for a job whose key is taken, in the same step', async (trial) => {
      const { backend, store } = await openStore(trial);
      const keyed = (id: string): NewJob =>
        trial.job({ id, deduplication: { key: 'report:key', mode: 'drop' } });
      const fire = await fireEither(trial, store);
      expect(await fire('a', keyed('a@1'))).toMatchObject({
        fired: true,
        schedule: { state: { of: 'fired' }, nextAt: T0 + 1 },
        results: [{ id: 'a@1', outcome: 'added' }],
      });
      const dropped = await fire('a', keyed('a@2'));
      expect(dropped).toMatchObject({
        fired: true,
        schedule: { state: { of: 'dropped' }, nextAt: T0 + 2 },
        results: [{ id: 'a@1', outcome: 'duplicate' }],
      });
      expect(await store.get({ id: 'a' })).toEqual(dropped.schedule);
      expect(await backend.get({ id: 'a@2' })).toBeUndefined();
      expect(await store.history({ id: 'a', limit: 10 })).toEqual([
        { scheduleId: 'a', tickAt: T0 + 2, detail: { of: 'dropped' } },
        { scheduleId: 'a', tickAt: T0 + 1, detail: { of: 'fired' } },
      ]);
    });

    test('stores what was decided for a job whose id is taken, in the same step', async (trial) => {
      const { store, backend } = await openStore(trial);
      await trial.add(backend, trial.job({ id: 'b@1' }));
      const fire = await fireEither(trial, store);
      expect(await fire('b', trial.job({ id: 'b@1' }))).toMatchObject({
        fired: true,
        schedule: { state: { of: 'dropped' }, nextAt: T0 + 2 },
        results: [{ id: 'b@1', outcome: 'duplicate' }],
      });
      expect(await store.history({ id: 'b', limit: 10 })).toMatchObject([
        { tickAt: T0 + 2, detail: { of: 'dropped' } },
      ]);
    });

    test('takes for runs of a schedule only the jobs that it stored, and those that took over one', async (trial) => {
      const { store, backend } = await openStore(trial);
      const other = trial.job({ id: 'other' });
      const keyed = (id: string): NewJob =>
        trial.job({ id, name: other.name, deduplication: { key: 'one', mode: 'replace' } });
      await trial.add(backend, other);
      await trial.add(backend, keyed('holder'));
      const { revision } = await put(store, 'c', T0);
      const { results } = await store.fire({
        id: 'c',
        expectedRevision: revision,
        nextAt: T0,
        state: {},
        jobs: [other, trial.job({ id: 'c@1' }), keyed('c@2')],
        entries: [],
        track: true,
      });
      expect(results?.map(({ outcome }) => outcome)).toEqual(['duplicate', 'added', 'replaced']);
      expect(await store.liveRuns({ id: 'c' })).toEqual(['c@1', 'holder']);
    });
  },
};

/** Fires schedules with what is to be stored in either case. */
async function fireEither(
  trial: BackendTrial,
  store: ScheduleStore,
): Promise<(id: string, job: NewJob) => ReturnType<ScheduleStore['fire']>> {
  await trial.time.settle();
  return async (id, job) => {
    const known = (await store.get({ id })) ?? (await put(store, id, T0));
    const decided = (of: string, at: number) => ({
      nextAt: at,
      state: { of },
      entries: [{ scheduleId: id, tickAt: at, detail: { of } }],
    });
    return store.fire({
      id,
      expectedRevision: known.revision,
      jobs: [job],
      ...decided('fired', T0 + 1),
      ifDuplicate: decided('dropped', T0 + 2),
    });
  };
}
