// A process that fires the schedules of a queue until it is told to end.
import { type BackendFactory, createQueue } from '@philjs/jobs-core';
import { postgresBackend } from '@philjs/jobs-postgres';
import { redisBackend } from '@philjs/jobs-redis';
import { sqliteBackend } from '@philjs/jobs-sqlite';
import { Scheduler } from '../../src/index.ts';

/** Makes the backend of a kind of store: its file, or the address of its server, is the target. */
export function backendOf(kind: string, target: string): BackendFactory {
  if (kind === 'sqlite') return sqliteBackend({ path: target });
  if (kind === 'postgres') return postgresBackend({ postgres: target });
  return redisBackend({ redis: target, enqueueTimeout: 60_000 });
}

const [kind, target, queueName] = process.argv.slice(2);
if (kind !== undefined && target !== undefined && queueName !== undefined && import.meta.main) {
  const queue = createQueue({ name: queueName, backend: backendOf(kind, target) });
  queue.on('error', ({ error }) => process.stderr.write(`${error.message}\n`));
  const scheduler = new Scheduler(queue);
  await scheduler.start();
  process.stdout.write('ready\n');
  process.once('SIGTERM', async () => {
    await scheduler.stop();
    await queue.close();
  });
}
