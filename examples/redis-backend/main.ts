// Archives logs with a producer and workers in separate processes, while a server is late, a worker is killed and
// another one is replaced as in a deploy.
//
//   node main.ts                                  with a redis-server of its own, if one is installed
//   REDIS_URL=redis://127.0.0.1:6379 node main.ts with yours; its keys start with {redis-backend-example}
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Archive, defineArchiveLog } from './archive/archive-log.ts';
import { writeLogs } from './archive/write-logs.ts';
import { startProcess } from './fleet/start-process.ts';
import { prepareOwnServer } from './redis/own-server.ts';
import { folder, openQueue } from './settings.ts';

await mkdir(folder, { recursive: true });
const logs = await writeLogs(folder, 16);

const ownServer = process.env['REDIS_URL'] ? undefined : await prepareOwnServer();
if (ownServer !== undefined) process.env['REDIS_URL'] = ownServer.url;

// The producer starts before the server: its call fails within a second, and it tries again.
const producer = startProcess('producer.ts', logs);
if (ownServer !== undefined) {
  await producer.says('Redis is away');
  ownServer.start();
}
if ((await producer.ended()) !== 0) throw new Error('The producer failed');

// This process only watches: it has a queue, but never calls `process()`.
const queue = openQueue([defineArchiveLog(folder)]);

// No worker takes a job before the other one is there too.
await queue.pause();
const [first, second] = [startProcess('worker.ts'), startProcess('worker.ts')];
await Promise.all([first.says('ready'), second.says('ready')]);
const redelivered: string[] = [];
queue.on('stalled', ({ jobId }) => redelivered.push(jobId));
const results = Promise.all(
  logs.map((path) => queue.waitFor(`archive ${path}`) as Promise<Archive>),
);

await queue.resume();
let { active, waiting } = await queue.getStats();
while (active < 4 && waiting > 0) {
  await sleep(20);
  ({ active, waiting } = await queue.getStats());
}
await first.end('SIGKILL');
console.log(`main: worker ${first.pid} was killed; ${active} jobs were active on both`);

const third = startProcess('worker.ts');
await third.says('ready');
const code = await second.end('SIGTERM');
console.log(`main: worker ${second.pid} was replaced by ${third.pid}, and ended with code ${code}`);

const archives = await results;
const bytes = archives.reduce((sum, archive) => sum + archive.bytes, 0);
console.log(
  `main: ${archives.length} of ${logs.length} logs are archived, ${Math.round(bytes / 1024)} KiB`,
);
console.log(`main: ${redelivered.length} jobs were taken over from the worker that was killed`);
console.log('main:', JSON.stringify(await queue.getStats()));

await third.end('SIGTERM');
await queue.clear();
await queue.close();
await ownServer?.stop();
