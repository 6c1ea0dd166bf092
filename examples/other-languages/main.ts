import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { produce, startWorker } from './python.ts';
import { startServer } from './server.ts';

const folder = await mkdtemp(join(tmpdir(), 'other-languages-'));
const server = await startServer(folder);
console.log('server: philjs-jobs serve, over a SQLite file');
const worker = startWorker(server.url);
try {
  const first = await produce(server.url, 'order-1', 'It was a bright cold day in April');
  const again = await produce(server.url, 'order-1', 'It was a bright cold day in April');
  console.log(`producer.py: ${first.split(' ')[1]} words`);
  console.log(`producer.py, again: ${again === first ? 'the same job' : 'another job'}`);
} finally {
  worker.kill('SIGTERM');
  await once(worker, 'close');
  server.process.kill('SIGTERM');
  await once(server.process, 'close');
  await rm(folder, { recursive: true, force: true });
}
