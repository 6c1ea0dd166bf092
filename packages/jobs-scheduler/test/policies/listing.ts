import { defineJob } from '@philjs/jobs-core';
import { describe, expect } from 'vitest';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';

const names = ['charge', 'remind', 'invoice', 'sweep', 'Charge-back'];
const [charge, remind, invoice, sweep, back] = names.map((name) =>
  defineJob({ name, handler: async () => undefined }),
);
const cron = '0 * * * *';

/** Lists of schedules. */
export function listing(kind: BedKind): void {
  const test = withBed(kind);
  const list = async (
    bed: TestBed,
    options: Parameters<TestBed['scheduler']['getAllScheduledJobs']>[0],
  ): Promise<string[]> => (await bed.scheduler.getAllScheduledJobs(options)).map(({ id }) => id);
  const declare = async (bed: TestBed): Promise<void> => {
    await bed.scheduler.sync(
      [
        { job: charge!, cron },
        { job: back!, cron },
      ],
      { owner: 'billing' },
    );
    await bed.scheduler.sync([{ job: remind!, cron }], { owner: 'mail' });
    await bed.scheduler.sync([{ job: invoice!, cron }]);
    await bed.scheduler.schedule(sweep!, { cron, description: 'Sweeps the Charge table' });
  };

  describe('a list of schedules', () => {
    test('has those of an owner, and those a search finds', async (bed) => {
      await declare(bed);
      const all = ['Charge-back', 'charge', 'invoice', 'remind', 'sweep'];
      expect(await list(bed, undefined)).toEqual(all);
      expect(await list(bed, {})).toEqual(all);
      expect(await list(bed, { owner: 'billing' })).toEqual(['Charge-back', 'charge']);
      expect(await list(bed, { owner: 'Billing' })).toEqual([]);
      expect(await list(bed, { search: 'CHARGE' })).toEqual(['Charge-back', 'charge', 'sweep']);
      expect(await list(bed, { search: 'table  charge' })).toEqual(['sweep']);
      expect(await list(bed, { search: 'mail' })).toEqual(['remind']);
      expect(await list(bed, { search: ' ' })).toEqual(all);
      expect(await list(bed, { owner: 'billing', search: 'back' })).toEqual(['Charge-back']);
    });

    test('comes in pages that stay true while schedules come and go', async (bed) => {
      await declare(bed);
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await bed.scheduler.getAllScheduledJobs({ limit: 2, cursor });
        pages.push(page.map(({ id }) => id));
        cursor = page.cursor;
        // The one that the cursor stands behind goes, and one before it comes.
        if (pages.length === 1) {
          await bed.scheduler.remove('charge');
          await bed.scheduler.schedule(charge!, { id: 'b', cron });
        }
      } while (cursor !== undefined);
      expect(pages).toEqual([['Charge-back', 'charge'], ['invoice', 'remind'], ['sweep']]);
      const page = await bed.scheduler.getAllScheduledJobs({ search: 'e', limit: 2 });
      expect([page.map(({ id }) => id), page.cursor]).toEqual([['Charge-back', 'b'], 'b']);
      const last = await bed.scheduler.getAllScheduledJobs({ search: 'sweep', limit: 1 });
      expect([last.length, last.cursor]).toEqual([1, undefined]);
    });

    test('refuses what it cannot list by', async (bed) => {
      for (const [field, value] of [
        ['owner', 7],
        ['search', 7],
        ['cursor', ''],
        ['limit', 0],
        ['limit', 1001],
      ] as const) {
        await expect(
          bed.scheduler.getAllScheduledJobs({ [field]: value as never }),
        ).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT', details: { field } });
      }
      await expect(
        bed.scheduler.getAllScheduledJobs({ ownr: 'billing' } as never),
      ).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
    });
  });
}
