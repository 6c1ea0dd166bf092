import type { NewJob, ScheduleStore } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import { openStore, put, schedule, T0 } from '../scheduled.ts';

/** Schedules: when many processes decide on one revision, exactly one succeeds. */
export const scheduling: BackendGroup = {
  title: 'keeping schedules',
  needs: 'schedules',
  tests: (test) => {
    test('stores a schedule and shows it to every process', async (trial) => {
      const [{ store: one }, { store: other }] = [await openStore(trial), await openStore(trial)];
      const record = await put(one, 'a', T0);
      expect(record).toMatchObject(schedule('a', T0));
      expect(record.revision).toBeGreaterThan(0);
      expect(await other.get({ id: 'a' })).toEqual(record);
      expect(await other.get({ id: 'nobody' })).toBeUndefined();
    });

    test('stores a schedule that fires never', async (trial) => {
      const { store } = await openStore(trial);
      await put(store, 'a');
      expect((await store.get({ id: 'a' }))?.nextAt).toBeUndefined();
      expect(await store.due({ now: Number.MAX_SAFE_INTEGER, limit: 10 })).toMatchObject({
        schedules: [],
        nextAt: undefined,
      });
    });

    test('changes a schedule only on the revision it was decided on', async (trial) => {
      const { store } = await openStore(trial);
      const first = await put(store, 'a', T0);
      const changed = { ...schedule('a', T0 + 1), spec: { every: 5 } };
      const refused = { schedule: changed, expectedRevision: first.revision + 17 };
      expect(await store.put(refused)).toBeUndefined();
      expect(await store.put({ schedule: changed, expectedRevision: 0 })).toBeUndefined();
      expect(await store.get({ id: 'a' })).toEqual(first);
      const second = await store.put({ schedule: changed, expectedRevision: first.revision });
      expect(second).toMatchObject(changed);
      expect(second?.revision).toBeGreaterThan(first.revision);
      expect(
        await store.put({ schedule: schedule('a'), expectedRevision: first.revision }),
      ).toBeUndefined();
    });

    test('creates a schedule only if there is none, on request', async (trial) => {
      const { store } = await openStore(trial);
      expect(await store.put({ schedule: schedule('a'), expectedRevision: 0 })).toBeDefined();
      expect(await store.put({ schedule: schedule('b'), expectedRevision: 1 })).toBeUndefined();
      expect(await store.get({ id: 'b' })).toBeUndefined();
    });

    test('lets one of many that change a revision at once succeed', async (trial) => {
      const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(trial)));
      const { revision } = await put((stores[0] as (typeof stores)[0]).store, 'a', T0);
      const puts = Array.from({ length: 20 }, (_, index) =>
        (stores[index % 4] as (typeof stores)[0]).store.put({
          schedule: schedule('a', T0 + index),
          expectedRevision: revision,
        }),
      );
      const made = (await Promise.all(puts)).filter((record) => record !== undefined);
      expect(made).toHaveLength(1);
      expect(await stores[1]?.store.get({ id: 'a' })).toEqual(made[0]);
    });

    test('lists schedules by id, a page at a time', async (trial) => {
      const { store } = await openStore(trial);
      const ids = ['b', 'a', 'd', 'c', 'a:b', 'A', '1', '👩‍🚀', ' '];
      for (const id of ids) await put(store, id);
      for (const limit of [1, 4, 100]) {
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.list({ limit, ...(cursor === undefined ? {} : { cursor }) });
          found.push(...page.schedules.map((record) => record.id));
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect([...found].sort()).toEqual([...ids].sort());
        expect(found.filter((id) => /^[a-d]$/.test(id))).toEqual(['a', 'b', 'c', 'd']);
      }
    });

    test('lists on behind an id, whether or not there is such a schedule', async (trial) => {
      const { store } = await openStore(trial);
      for (const id of ['b', 'd', 'a', 'c', 'e']) await put(store, id);
      const { cursor } = await store.list({ limit: 2 });
      expect(cursor).toBe('b');
      await store.remove({ id: 'b' });
      const ids = async (from: string): Promise<string[]> =>
        (await store.list({ limit: 2, cursor: from })).schedules.map(({ id }) => id);
      expect([await ids('b'), await ids('bb'), await ids('e')]).toEqual([
        ['c', 'd'],
        ['c', 'd'],
        [],
      ]);
    });

    test('removes a schedule and its ledger', async (trial) => {
      const { store } = await openStore(trial);
      await put(store, 'a', T0);
      await store.record({ entries: [{ scheduleId: 'a', tickAt: T0, detail: { n: 1 } }] });
      expect([await store.remove({ id: 'a' }), await store.remove({ id: 'a' })]).toEqual([
        true,
        false,
      ]);
      expect(await store.get({ id: 'a' })).toBeUndefined();
      expect(await store.history({ id: 'a', limit: 10 })).toEqual([]);
      expect((await store.due({ now: T0, limit: 10 })).schedules).toEqual([]);
    });

    test('finds what is due, earliest first, and when the next one is', async (trial) => {
      const { store } = await openStore(trial);
      for (const [id, at] of [
        ['c', 30],
        ['a', 10],
        ['d', 40],
        ['b', 20],
      ] as const)
        await put(store, id, T0 + at);
      await put(store, 'never');
      const ids = async (now: number, limit = 10): Promise<unknown> => {
        const { schedules, nextAt } = await store.due({ now: T0 + now, limit });
        return [schedules.map((record) => record.id), nextAt && nextAt - T0];
      };
      expect(await ids(9)).toEqual([[], 10]);
      expect(await ids(10)).toEqual([['a'], 20]);
      expect(await ids(35)).toEqual([['a', 'b', 'c'], 40]);
      expect(await ids(35, 2)).toEqual([['a', 'b'], 30]);
      expect(await ids(99)).toEqual([['a', 'b', 'c', 'd'], undefined]);
    });

    test('goes by the time it is given, else by its own clock, and says which', async (trial) => {
      const [{ store: one }, { store: other }] = [await openStore(trial), await openStore(trial)];
      expect((await one.due({ now: T0, limit: 0 })).now).toBe(T0);
      const before = (await one.due({ limit: 0 })).now;
      await put(one, 'past', before - 1000);
      await put(one, 'future', before + 86_400_000);
      const { schedules, nextAt, now } = await other.due({ limit: 10 });
      expect(schedules.map(({ id }) => id)).toEqual(['past']);
      expect(nextAt).toBe(before + 86_400_000);
      expect(now).toBeGreaterThanOrEqual(before);
      expect((await one.due({ limit: 0 })).schedules).toEqual([]);
    });

    test('reads what is due a page at a time, whatever becomes of it meanwhile', async (trial) => {
      const { store } = await openStore(trial);
      const ids = Array.from({ length: 25 }, (_, n) => `s${n}`);
      for (const [n, id] of ids.entries()) await put(store, id, T0 + (n % 3));
      const read = async (change: (id: string) => Promise<unknown>): Promise<string[]> => {
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.due({ now: T0 + 5, limit: 4, ...(cursor && { cursor }) });
          for (const { id } of page.schedules) {
            found.push(id);
            await change(id);
          }
          cursor = page.cursor;
        } while (cursor !== undefined);
        return found;
      };
      const all = await read(async () => undefined);
      expect([...all].sort()).toEqual([...ids].sort());
      // Fired schedules move on; none of the others may be skipped.
      const seen = await read((id) => store.put({ schedule: schedule(id, T0 + 60_000) }));
      expect(new Set(seen)).toEqual(new Set(ids));
    });

    test('fires: sets the next tick and the state, adds the jobs, writes the ledger', async (trial) => {
      const { backend, store } = await openStore(trial);
      const { revision, spec } = await put(store, 'a', T0);
      const entry = { scheduleId: 'a', tickAt: T0, detail: { fired: true } };
      const answer = await store.fire({
        id: 'a',
        expectedRevision: revision,
        nextAt: T0 + 60,
        state: { runs: 1 },
        jobs: trial.jobs('a@1'),
        entries: [entry],
      });
      expect(answer).toMatchObject({
        fired: true,
        schedule: { id: 'a', spec, nextAt: T0 + 60, state: { runs: 1 } },
        results: [{ id: 'a@1', outcome: 'added' }],
      });
      expect(answer.schedule?.revision).toBeGreaterThan(revision);
      expect(await store.get({ id: 'a' })).toEqual(answer.schedule);
      expect((await trial.get(backend, 'a@1')).status).toBe('waiting');
      expect(await store.history({ id: 'a', limit: 10 })).toEqual([entry]);
    });

    test('fires jobs that a waiting worker runs at once', async (trial) => {
      const { backend, store } = await openStore(trial);
      const worker = await trial.work(backend);
      await trial.time.settle();
      const { revision } = await put(store, 'a', T0);
      const jobs = trial.jobs('a@1');
      await store.fire({
        id: 'a',
        expectedRevision: revision,
        nextAt: undefined,
        state: {},
        jobs,
        entries: [],
      });
      expect((await worker.started()).id).toBe('a@1');
    });

    test('fires nothing on another revision, or without a schedule', async (trial) => {
      const { backend, store } = await openStore(trial);
      const { revision } = await put(store, 'a', T0);
      const before = await store.get({ id: 'a' });
      const entries = [{ scheduleId: 'a', tickAt: T0, detail: {} }];
      const fire = (id: string, expectedRevision: number): ReturnType<ScheduleStore['fire']> =>
        store.fire({ id, expectedRevision, nextAt: 1, state: {}, jobs: trial.jobs('x'), entries });
      expect((await fire('a', revision + 1)).fired).toBe(false);
      expect((await fire('nobody', revision)).fired).toBe(false);
      expect(await store.get({ id: 'a' })).toEqual(before);
      expect(await backend.get({ id: 'x' })).toBeUndefined();
      expect(await store.history({ limit: 10 })).toEqual([]);
    });

    test('lets one of many that fire a tick at once succeed', async (trial) => {
      const stores = await Promise.all(Array.from({ length: 5 }, () => openStore(trial)));
      const [first] = stores as [(typeof stores)[0]];
      const { revision } = await put(first.store, 'a', T0);
      const fires = Array.from({ length: 25 }, (_, index) =>
        (stores[index % 5] as typeof first).store.fire({
          id: 'a',
          expectedRevision: revision,
          nextAt: T0 + 60,
          state: { by: index },
          jobs: trial.jobs('a@1'),
          entries: [{ scheduleId: 'a', tickAt: T0, detail: { by: index } }],
        }),
      );
      const fired = (await Promise.all(fires)).filter((answer) => answer.fired);
      expect(fired).toHaveLength(1);
      expect((await first.backend.counts()).waiting).toBe(1);
      const state = fired[0]?.schedule?.state;
      expect(await first.store.history({ id: 'a', limit: 10 })).toEqual([
        { scheduleId: 'a', tickAt: T0, detail: state },
      ]);
    });

    test('fires though a job of the tick is already there', async (trial) => {
      const { backend, store } = await openStore(trial);
      const { revision } = await put(store, 'a', T0);
      await trial.add(backend, trial.job({ id: 'a@1', payload: 'first' }));
      const jobs: NewJob[] = [
        trial.job({ id: 'a@1', payload: 'second' }),
        trial.job({ id: 'a@2' }),
      ];
      const answer = await store.fire({
        id: 'a',
        expectedRevision: revision,
        nextAt: undefined,
        state: {},
        jobs,
        entries: [],
      });
      const [known, added] = answer.results ?? [];
      const stored = await trial.get(backend, 'a@1');
      // Whether the stored job comes along is up to the backend.
      const { existing, ...duplicate } = known ?? {};
      expect([duplicate, added]).toEqual([
        { id: 'a@1', outcome: 'duplicate' },
        { id: 'a@2', outcome: 'added' },
      ]);
      expect([undefined, stored]).toContainEqual(existing);
      expect((await trial.get(backend, 'a@1')).payload).toBe('first');
    });

    test('tells every process that watches when a schedule changes', async (trial) => {
      const [{ store: one }, { store: other }] = [await openStore(trial), await openStore(trial)];
      let changes = 0;
      const watching = await other.watch({ onChange: () => changes++ });
      let seen = 0;
      const sees = async (what: string): Promise<void> => {
        await trial.time.until(what, () => changes > seen);
        await trial.time.settle();
        seen = changes;
      };
      const { revision } = await put(one, 'a', T0);
      await sees('it sees the new schedule');
      await one.fire({
        id: 'a',
        expectedRevision: revision,
        nextAt: T0 + 1,
        state: {},
        jobs: [],
        entries: [],
      });
      await sees('it sees the tick');
      await one.remove({ id: 'a' });
      await sees('it sees the removal');
      await watching.unsubscribe();
      await watching.unsubscribe();
      await put(one, 'b', T0);
      await trial.time.settle();
      expect(changes).toBe(seen);
    });
  },
};
