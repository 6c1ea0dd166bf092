import type { JobPage, JobRecord } from '@philjs/jobs-core/backend';
import { tampered, type Variant } from '../variant.ts';

export const pagesByCount: Variant = {
  name: 'goes on behind as many jobs as it listed, whatever has become of these',
  caughtBy: [
    'goes on where a page ended though its jobs are gone, the oldest first',
    'goes on where a page of active jobs ended though these are over, the newest first',
  ],
  create: tampered((inner) => ({
    list: async ({ cursor: from = '0', ...params }) => {
      const all: JobRecord[] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const after = cursor === '' ? {} : { cursor };
        const page: JobPage = await inner.list({ ...params, ...after, limit: 1_000 });
        all.push(...page.jobs);
        cursor = page.cursor;
      }
      const end = Number(from) + params.limit;
      const jobs = all.slice(Number(from), end);
      return { jobs, ...(end < all.length && { cursor: String(end) }) };
    },
  })),
};
