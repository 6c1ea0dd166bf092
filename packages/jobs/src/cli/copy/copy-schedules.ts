import type { CopiedQueue } from './copy-jobs.ts';
import type { Tally } from './tally.ts';

/** Copies the schedules of a queue with their state; one that is known in the other store stays as it is there. */
export async function copySchedules({ from, to }: CopiedQueue, tally: Tally): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await from.schedules?.list({
      limit: 200,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { revision: _, ...schedule } of page?.schedules ?? []) {
      const put = await to.schedules?.put({ schedule, expectedRevision: 0 });
      tally[put === undefined ? 'known' : 'copied'] += 1;
    }
    cursor = page?.cursor;
  } while (cursor !== undefined);
}
