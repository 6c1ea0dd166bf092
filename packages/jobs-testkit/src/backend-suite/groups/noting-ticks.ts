import type { TickEntry } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import { openStore, put, T0 } from '../scheduled.ts';

/** The ledger of schedules, and which of their jobs have not ended. */
export const notingTicks: BackendGroup = {
  title: 'noting ticks',
  needs: 'schedules',
  tests: (test) => {
    test('keeps a ledger, latest tick first, one entry for each tick', async (trial) => {
      const { store } = await openStore(trial);
      for (const id of ['a', 'b']) await put(store, id);
      const entry = (
        scheduleId: string,
        tick: number,
        n: number,
      ): { scheduleId: string; tickAt: number; detail: { n: number } } => ({
        scheduleId,
        tickAt: T0 + tick,
        detail: { n },
      });
      await store.record({ entries: [entry('a', 1, 1), entry('a', 3, 1), entry('b', 2, 1)] });
      await store.record({ entries: [entry('a', 3, 2)] });
      expect(await store.history({ id: 'a', limit: 10 })).toEqual([
        entry('a', 3, 2),
        entry('a', 1, 1),
      ]);
      expect(await store.history({ limit: 10 })).toEqual([
        entry('a', 3, 2),
        entry('b', 2, 1),
        entry('a', 1, 1),
      ]);
      expect(await store.history({ limit: 1 })).toEqual([entry('a', 3, 2)]);
    });

    test('keeps 100 entries of each schedule, or as many as it is asked to: those written last', async (trial) => {
      const { store } = await openStore(trial);
      for (const id of ['busy', 'quiet', 'large']) await put(store, id);
      const entries = (scheduleId: string, from: number, count: number): TickEntry[] =>
        Array.from({ length: count }, (_, n) => ({
          scheduleId,
          tickAt: T0 + from + n,
          detail: {},
        }));
      const ticks = async (id: string): Promise<number[]> =>
        (await store.history({ id, limit: 1000 })).map(({ tickAt }) => tickAt - T0);
      const down = (from: number, to: number): number[] =>
        Array.from({ length: from - to + 1 }, (_, n) => from - n);
      await store.record({ entries: entries('quiet', 0, 1) });
      for (let tick = 0; tick < 250; tick += 50) {
        await store.record({ entries: entries('busy', tick, 50) });
        await store.record({ entries: entries('large', tick, 50), keep: 170 });
      }
      expect(await ticks('busy')).toEqual(down(249, 150));
      // An entry that is replaced makes no room for itself.
      await store.record({ entries: entries('large', 200, 1), known: true });
      expect(await ticks('large')).toEqual(down(249, 80));
      expect(await ticks('quiet')).toEqual([0]);
      // An old tick that is written late is there, and replaces the entry written first.
      await store.record({ entries: entries('busy', -500, 2) });
      expect(await ticks('busy')).toEqual([...down(249, 152), -499, -500]);
      const [latest] = await store.history({ limit: 1 });
      expect(latest?.tickAt).toBe(T0 + 249);
    });

    test('replaces only what it knows, on request', async (trial) => {
      const { store } = await openStore(trial);
      await put(store, 'a');
      const entry = (tick: number, n: number): TickEntry => ({
        scheduleId: 'a',
        tickAt: T0 + tick,
        detail: { n },
      });
      await store.record({ entries: [entry(1, 1)] });
      await store.record({ entries: [entry(1, 2), entry(2, 2)], known: true });
      expect(await store.history({ id: 'a', limit: 10 })).toEqual([entry(1, 2)]);
    });

    test('keeps as many entries as it is asked to when a schedule fires', async (trial) => {
      const { store } = await openStore(trial);
      const { revision } = await put(store, 'a', T0);
      const entry = (tick: number): TickEntry => ({
        scheduleId: 'a',
        tickAt: T0 + tick,
        detail: {},
      });
      await store.record({ entries: [entry(1), entry(2)] });
      const tick = { id: 'a', expectedRevision: revision, nextAt: T0, state: {}, jobs: [] };
      await store.fire({ ...tick, entries: [entry(3)], keep: 2 });
      expect(await store.history({ id: 'a', limit: 10 })).toEqual([entry(3), entry(2)]);
    });

    test('lists the runs that have not ended, however many there are and whatever was done to them', async (trial) => {
      const { backend, store } = await openStore(trial);
      let { revision } = await put(store, 'a', T0);
      const fire = async (track: boolean, ...ids: string[]): Promise<void> => {
        const answer = await store.fire({
          id: 'a',
          expectedRevision: revision,
          nextAt: T0,
          state: {},
          jobs: ids.map((id) => trial.job({ id })),
          entries: [],
          track,
        });
        revision = answer.schedule?.revision ?? 0;
      };
      expect(await store.liveRuns({ id: 'a' })).toEqual([]);
      await fire(true, 'a@1');
      const later = Array.from({ length: 40 }, (_, n) => `a@${n + 2}`);
      for (const id of later) await fire(true, id);
      await fire(false, 'untracked');
      await put(store, 'b', T0);
      expect(await store.liveRuns({ id: 'a' })).toEqual(['a@1', ...later]);
      expect(await store.liveRuns({ id: 'b' })).toEqual([]);
      await backend.remove({ ids: later });
      expect(await store.liveRuns({ id: 'a' })).toEqual(['a@1']);
      await backend.cancel({ id: 'a@1', error: { name: 'Error', message: 'cancelled' } });
      expect(await store.liveRuns({ id: 'a' })).toEqual([]);
      expect(await backend.retry({ ids: ['a@1'] })).toBe(1);
      expect(await store.liveRuns({ id: 'a' })).toEqual(['a@1']);
      const error = { name: 'Error', message: 'no' };
      const failing = await trial.work(backend, {
        run: (run) => run.end({ type: 'fail', error, attemptUsed: true }),
      });
      await trial.reaches(backend, 'a@1', 'failed');
      await failing.stop();
      expect(await store.liveRuns({ id: 'a' })).toEqual([]);
      expect(await backend.retry({ ids: ['a@1'] })).toBe(1);
      expect(await store.liveRuns({ id: 'a' })).toEqual(['a@1']);
      await store.remove({ id: 'a' });
      expect(await store.liveRuns({ id: 'a' })).toEqual([]);
    });
  },
};
