// Makes thumbnails for two tenants; middleware wraps each run.
//
//   node main.ts [folder for the thumbnails]
import { join, relative } from 'node:path';
import type { AnyQueueEvent } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { startArchive } from './archive.ts';
import { defineMakeThumbnails, type ThumbnailResult } from './make-thumbnails.ts';
import { addTenant, currentTenant } from './tenant.ts';
import { Timings } from './timings.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, 'out');
const widths = [240, 120, 48];
const orders = {
  museum: ['fern.png', 'mosaic.png', 'waves.png', 'upload-0412.png', 'inventory.xlsx'],
  observatory: ['mandelbrot.png', 'julia.png', 'moon.png'],
};

const archive = await startArchive(join(import.meta.dirname, 'originals'));
const timings = new Timings();
const makeThumbnails = defineMakeThumbnails({ archiveUrl: archive.url, folder, timings });
const queue = createQueue({
  name: 'thumbnails',
  jobs: [makeThumbnails],
  concurrency: 4,
  enqueueMiddleware: addTenant,
});

/** Shows the progress of the batch, until all its jobs have ended. */
async function showProgress(events: AsyncIterable<AnyQueueEvent>, jobs: number): Promise<void> {
  let ended = 0;
  let made = 0;
  for await (const event of events) {
    if (event.type === 'progress') {
      made += 1;
      const { image, done, of } = event.progress as { image: string; done: number; of: number };
      console.log(`${'▪'.repeat(made)} ${made} thumbnails; ${image}: ${done} of ${of}`);
    }
    if (event.type === 'completed' || event.type === 'failed') ended += 1;
    if (ended === jobs) return;
  }
}

const showing = showProgress(queue.events(), Object.values(orders).flat().length);
await queue.process();

const jobs = [];
for (const [tenant, images] of Object.entries(orders)) {
  // In a server this is where a request comes in and its tenant is known.
  const batch = images.map((image) => ({
    job: makeThumbnails,
    payload: { image, widths },
    options: { jobId: `${tenant}/${image}` },
  }));
  jobs.push(...(await currentTenant.run(tenant, () => queue.enqueueMany(batch))));
}
await showing;

console.log();
for (const { id, metadata } of jobs) {
  const job = await queue.getJob(id);
  const files = (job?.result as ThumbnailResult | undefined)?.files ?? [];
  const made = files.map((file) => relative(folder, file)).join(', ');
  console.log(`${id} for ${metadata['tenant']}: ${made || job?.error?.message}`);
}
console.log(`Runs: ${timings}`);
console.log('Queue:', JSON.stringify(await queue.getStats()));
console.log('Thumbnails:', folder);

await queue.close();
await archive.close();
