import { join } from 'node:path';
import { createQueue, type RedisQueue } from '@philjs/jobs-redis';
import type { ArchiveLog } from './archive/archive-log.ts';

/** The folder of the logs and archives. */
export const folder: string = process.env['ARCHIVE_FOLDER'] ?? join(import.meta.dirname, 'out');

/**
 * Makes the queue, the same in every process of this system. No process passes an address: `createQueue` reads
 * REDIS_URL itself (`rediss://` for TLS), or REDIS_HOST, REDIS_PORT, REDIS_PASSWORD and REDIS_DB.
 */
export function openQueue<TJobs extends readonly ArchiveLog[]>(
  jobs: TJobs,
  concurrency = 1,
): RedisQueue<TJobs> {
  const queue = createQueue({
    name: 'archive',
    // One prefix for each system that shares the server.
    prefix: 'redis-backend-example',
    jobs,
    concurrency,
    // How long producers wait for a server that is away before `enqueue` fails.
    enqueueTimeout: 1000,
    // How long a dead worker's jobs stay locked. Short for the example; the default is 30 s.
    lockDuration: 3000,
    maxStalledCount: 3,
    defaultJobOptions: { attempts: 5, removeOnFail: { age: 7 * 86_400_000 } },
  });
  // Connection errors arrive here and are not thrown: the queue reconnects by itself.
  queue.on('error', ({ error, jobId }) => {
    console.error(
      `${process.pid} trouble${jobId === undefined ? '' : ` with ${jobId}`}: ${error.message}`,
    );
  });
  return queue;
}
