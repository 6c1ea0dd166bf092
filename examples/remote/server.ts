import { readFile } from 'node:fs/promises';
import { serve } from '@hono/node-server';
import { createRemote } from '@philjs/jobs-remote/server';
import { createQueue } from '@philjs/jobs-sqlite';
import { Hono } from 'hono';
import { buildAlbum } from './build-album.ts';

// The server alone has the store. A page's token is public: it may enqueue this job, and follow what it enqueued.
const {
  ALBUMS_FILE: path = 'albums.sqlite',
  WORKER_TOKEN = '',
  PAGE_TOKEN = '',
  PORT = '8080',
} = process.env;
const queue = createQueue({ name: 'albums', path, jobs: [buildAlbum] });
const remote = createRemote(queue, {
  tokens: [
    { name: 'page', secret: PAGE_TOKEN, roles: ['produce'], jobs: [buildAlbum.name] },
    { name: 'worker', secret: WORKER_TOKEN, roles: ['work'], jobs: [buildAlbum.name] },
  ],
  limits: { bodyBytes: 64 * 1024, callsPerMinute: 6000 },
});

const app = new Hono();
app.all('/jobs/*', ({ req }) => remote.fetch(req.raw));
app.get('/page.js', async (context) =>
  context.body(await readFile(new URL('page.js', import.meta.url)), 200, {
    'content-type': 'text/javascript',
  }),
);
app.get('/', async (context) => {
  const page = await readFile(new URL('page.html', import.meta.url), 'utf8');
  return context.html(page.replace('{{token}}', PAGE_TOKEN));
});

const server = serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' }, ({ port }) =>
  console.log(`http://127.0.0.1:${port}/`),
);
process.once('SIGTERM', async () => {
  await remote.close();
  server.close();
  await queue.close();
});
