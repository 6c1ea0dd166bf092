import { defineJob } from '@philjs/jobs-core';
import { describe, expect } from 'vitest';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { DAY, HOUR, MINUTE, T0 } from '../support/work.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) =>
  defineJob({ name, handler: async () => undefined }),
);
const item = (job: typeof a, cron = '0 * * * *') => ({ job: job!, cron });
const ids = async (bed: TestBed): Promise<string[]> =>
  (await bed.scheduler.getAllScheduledJobs()).map(({ id }) => id);

/** Removes all that the store keeps of schedules. */
async function emptyStore(bed: TestBed): Promise<void> {
  const store = bed.queue.backend.schedules!;
  const { schedules } = await store.list({ limit: 100 });
  for (const { id } of schedules) await store.remove({ id });
}

/** Tests whose schedules `sync` changes. */
export function owning(kind: BedKind): void {
  const test = withBed(kind);

  describe('sync', () => {
    test('leaves alone what other owners declared, and what was made at run time', async (bed) => {
      await bed.scheduler.sync([item(a), item(b)], { owner: 'billing' });
      await bed.scheduler.sync([item(c)]);
      await bed.scheduler.schedule(bed.work.job, { cron: '* * * * *', payload: undefined });
      expect(await ids(bed)).toEqual(['a', 'b', 'c', 'work']);
      expect(await bed.scheduler.sync([])).toMatchObject({ removed: ['c'] });
      expect(await bed.scheduler.sync([item(a)], { owner: 'billing' })).toMatchObject({
        removed: ['b'],
        unchanged: ['a'],
      });
      expect(await bed.scheduler.sync([], { owner: 'mail' })).toMatchObject({ removed: [] });
      expect(await ids(bed)).toEqual(['a', 'work']);
      expect(await bed.scheduler.getScheduledJob('a')).toMatchObject({ owner: 'billing' });
      await expect(bed.scheduler.sync([item(c), item(a)], { owner: 'mail' })).rejects.toMatchObject(
        {
          code: 'JOBS_CONFLICT',
          details: { index: 1, scheduleId: 'a', owner: 'billing' },
        },
      );
      expect(await ids(bed)).toEqual(['a', 'work']);
    });

    test('of an old process removes and changes nothing of a newer one', async (bed) => {
      const old = bed.newScheduler();
      await old.sync([item(a), item(b)]);
      const fresh = bed.newScheduler();
      await fresh.sync([item(a, '5 * * * *'), item(c)]);
      expect(await ids(bed)).toEqual(['a', 'c']);
      await old.sync([item(a), item(b)]);
      expect(await ids(bed)).toEqual(['a', 'c']);
      expect(await bed.scheduler.getScheduledJob('a')).toMatchObject({ cron: '5 * * * *' });
      // What it has not declared before is its newest word.
      await old.sync([item(b)]);
      expect(await ids(bed)).toEqual(['b']);
    });

    test('goes by the generation it is given', async (bed) => {
      await bed.newScheduler().sync([item(a), item(c)], { generation: 7 });
      await bed.newScheduler().sync([item(a, '5 * * * *'), item(b)], { generation: 6 });
      expect(await ids(bed)).toEqual(['a', 'c']);
      expect(await bed.scheduler.getScheduledJob('a')).toMatchObject({ cron: '0 * * * *' });
      await bed.newScheduler().sync([item(a)], { generation: 8 });
      expect(await ids(bed)).toEqual(['a']);
    });

    test('makes nothing once a later generation was declared, whatever that one changed', async (bed) => {
      await bed.newScheduler().sync([item(a)], { generation: 5 });
      expect(await bed.newScheduler().sync([item(a)], { generation: 7 })).toMatchObject({
        unchanged: ['a'],
      });
      const late = await bed.newScheduler().sync([item(a), item(b)], { generation: 6 });
      expect(late).toMatchObject({ created: [], updated: [], removed: [] });
      expect(await ids(bed)).toEqual(['a']);
      await bed.newScheduler().sync([], { owner: 'mail', generation: 7 });
      await bed.newScheduler().sync([item(b)], { owner: 'mail', generation: 6 });
      await bed.clock.set(T0 + 2 * DAY);
      await bed.advance(MINUTE);
      await bed.newScheduler().sync([item(b)], { owner: 'mail', generation: 6 });
      expect(await ids(bed)).toEqual(['a']);
    });

    for (const [title, generations] of [
      ['', [undefined, undefined]],
      [' that was given', [6, 7]],
    ] as const) {
      test(`goes by the generation${title} also when the store was emptied, in any order`, async (bed) => {
        const [old, fresh] = [bed.newScheduler(), bed.newScheduler()];
        const olds = () => old.sync([item(a), item(b)], { generation: generations[0] });
        const news = () => fresh.sync([item(c)], { generation: generations[1] });
        await olds();
        await news();
        const orders: readonly (() => Promise<unknown>)[] = [
          () => olds().then(news),
          () => news().then(olds),
          () => Promise.all([olds(), news()]),
          () => Promise.all([news(), olds()]),
        ];
        for (const order of orders) {
          await emptyStore(bed);
          await order();
          expect(await ids(bed)).toEqual(['c']);
        }
      });
    }

    test('gives back what comes again as it was, with its pause, its count and its ledger', async (bed) => {
      const declared = { job: bed.work.job, cron: '* * * * *', payload: undefined } as const;
      await bed.scheduler.sync([declared]);
      await bed.advance(2 * MINUTE);
      await bed.idle();
      await bed.scheduler.pause('work', 'for now');
      expect(await bed.scheduler.sync([])).toMatchObject({ removed: ['work'] });
      expect(await bed.scheduler.getScheduledJob('work')).toBeUndefined();
      expect(await bed.scheduler.pause('work')).toBe(false);
      await expect(bed.scheduler.trigger('work')).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
      await bed.advance(HOUR);
      expect(await bed.scheduler.sync([declared])).toMatchObject({ created: ['work'] });
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        paused: true,
        note: 'for now',
        runsCount: 2,
      });
      expect(await bed.ledger()).toEqual(['1 completed tick', '2 completed tick']);
      await bed.scheduler.resume('work');
      await bed.advance(MINUTE);
      await bed.started(1, 2, 63);
      expect(await bed.ledger()).toHaveLength(3);
    });

    test('leaves alone what it had removed once it is made at run time', async (bed) => {
      await bed.scheduler.sync([item(a), item(b)]);
      await bed.scheduler.sync([item(b)]);
      await bed.scheduler.schedule(a!, { cron: '0 * * * *' });
      expect(await bed.scheduler.getScheduledJob('a')).toMatchObject({ declared: false });
      expect(await bed.newScheduler().sync([item(b)])).toMatchObject({ removed: [] });
      expect(await bed.newScheduler().sync([item(c)])).toMatchObject({ removed: ['b'] });
      expect(await ids(bed)).toEqual(['a', 'c']);
    });

    test('ticks no more once it is not declared, and is new when it comes back too late', async (bed) => {
      const declared = { job: bed.work.job, cron: '* * * * *', payload: undefined } as const;
      await bed.scheduler.sync([declared]);
      await bed.advance(MINUTE);
      await bed.scheduler.sync([]);
      await bed.advance(2 * MINUTE);
      await bed.started(1);
      await bed.clock.set(T0 + DAY + 10 * MINUTE);
      await bed.advance(MINUTE);
      await bed.scheduler.sync([declared]);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({ runsCount: 0 });
    });

    test('takes what is over for over, and says so, rather than to end half-way', async (bed) => {
      const over = [
        { job: a!, at: new Date(T0 - MINUTE) },
        { job: b!, cron: '* * * * *', endDate: new Date(T0 - MINUTE) },
        item(c),
      ] as const;
      const first = await bed.scheduler.sync(over);
      expect(first).toMatchObject({ created: ['a', 'b', 'c'], expired: ['a', 'b'] });
      expect(await bed.scheduler.sync(over)).toMatchObject({
        unchanged: ['a', 'b', 'c'],
        expired: ['a', 'b'],
      });
      expect(await bed.scheduler.getScheduledJob('b')).toMatchObject({ endReason: 'end-date' });
      await bed.advance(3 * MINUTE);
      expect((await bed.queue.getStats()).total).toBe(0);
    });

    test('checks all before it changes any, also what only the store shows', async (bed) => {
      const store = bed.queue.backend.schedules!;
      await store.put({
        schedule: { id: 'b', jobName: 'b', spec: { v: 99 }, state: {}, nextAt: undefined },
      });
      await expect(bed.scheduler.sync([item(a), item(b), item(c)])).rejects.toMatchObject({
        code: 'JOBS_BACKEND_CONTRACT',
        details: { index: 1, scheduleId: 'b' },
      });
      expect(await ids(bed)).toEqual([]);
      // Those it cannot read have no owner it knows: they stay.
      expect(await bed.scheduler.sync([item(a)])).toMatchObject({ created: ['a'], removed: [] });
      expect((await store.get({ id: 'b' }))?.spec).toEqual({ v: 99 });
    });
  });
}
