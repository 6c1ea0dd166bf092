import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue } from '@philjs/jobs-remote';
import { buildAlbum } from './build-album.ts';

const build = buildAlbum.handle(async ({ photos }, ctx) => {
  for (let done = 1; done <= photos; done++) {
    await sleep(100, undefined, { signal: ctx.signal });
    await ctx.updateProgress(Math.round((100 * done) / photos));
  }
  return { pages: Math.ceil(photos / 4) };
});

// All that it knows of the store is an address and a token, from PHILJS_JOBS_URL and PHILJS_JOBS_TOKEN.
const { PHILJS_JOBS_URL: url = '', PHILJS_JOBS_TOKEN: token = '' } = process.env;
const queue = createQueue({ name: 'albums', url, token, jobs: [build], lockDuration: 3000 });
await queue.process();
console.log(`worker ${process.pid} waits for albums`);
process.once('SIGTERM', () => queue.close({ timeout: 5000 }));
