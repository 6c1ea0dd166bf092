import { defineJob } from '@philjs/jobs-core';
import { createQueue } from './store.ts';

interface Page {
  readonly tenant: string;
  readonly page: number;
}

/** Prints pages for two shops that share a queue: the one with much work does not delay the other. */
export async function fairShares(): Promise<readonly string[]> {
  const printed: string[] = [];
  const printPage = defineJob({
    name: 'print-page',
    fairKey: ({ tenant }) => tenant,
    handler: ({ tenant, page }: Page) => {
      printed.push(`${tenant} ${page}`);
    },
  });
  const queue = createQueue({ name: 'pages', jobs: [printPage], order: 'fair', concurrency: 1 });
  const pages = (tenant: string, count: number): { job: typeof printPage; payload: Page }[] =>
    Array.from({ length: count }, (_, page) => ({ job: printPage, payload: { tenant, page } }));
  const toys = await queue.enqueueMany(pages('toys', 20));
  const books = await queue.enqueueMany(pages('books', 3));
  await queue.process();
  for (const job of [...toys, ...books]) await queue.waitFor(job);
  await queue.close();
  return printed.slice(0, 6);
}
