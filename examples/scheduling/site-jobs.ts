import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob, type JobContext } from '@philjs/jobs-core';
import { dayIn } from './local-time.ts';
import type { Site } from './site.ts';

const DAY = 86_400_000;
/** How long a run may take; a test clock, as of `--fast`, stands still for the files of a run that has a limit. */
const LONGEST = 60_000;

/** Returns the tick of a job. Its work depends on the tick, not on the time when it runs. */
const tickOf = (ctx: JobContext): number => Date.parse(String(ctx.metadata['tick']));

/** Defines the jobs of a site; they write into a folder. */
export function defineSiteJobs(site: Site, folder: string) {
  const writeReport = defineJob({
    name: 'write-report',
    timeout: LONGEST,
    handler: async ({ zone }: { zone: string }, ctx) => {
      const tick = tickOf(ctx);
      const day = dayIn(zone, tick - DAY);
      const visits = site.visits(tick - 3 * DAY, tick).filter(({ at }) => dayIn(zone, at) === day);
      const counts = new Map<string, number>();
      for (const { page } of visits) counts.set(page, (counts.get(page) ?? 0) + 1);
      const rows = [...counts].map(([page, count]) => `${page},${count}`).sort();
      await mkdir(join(folder, 'reports'), { recursive: true });
      await writeFile(
        join(folder, 'reports', `${day}.csv`),
        ['page,visits', ...rows, ''].join('\n'),
      );
      return { day, visits: visits.length };
    },
  });

  const cleanUp = defineJob({
    name: 'clean-up',
    handler: async ({ keepDays }: { keepDays: number }, ctx) => ({
      dropped: site.dropDrafts(tickOf(ctx) - keepDays * DAY),
    }),
  });

  const remind = defineJob({
    name: 'remind',
    timeout: LONGEST,
    handler: async ({ zone, days }: { zone: string; days: number }, ctx) => {
      const tick = tickOf(ctx);
      const names = site.endingOn(zone, dayIn(zone, tick + days * DAY));
      const lines = names.map((name) => `${new Date(tick).toISOString()} Dear ${name}, …\n`);
      await appendFile(join(folder, 'mails.txt'), lines.join(''));
      return { reminded: names };
    },
  });

  return { writeReport, cleanUp, remind };
}
