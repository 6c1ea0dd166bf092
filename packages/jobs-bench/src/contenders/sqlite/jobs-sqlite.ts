import { createQueue, defineJob } from '@philjs/jobs-core';
import { sqliteBackend } from '@philjs/jobs-sqlite';
import type { MailPayload } from '../memory/memory-contender.ts';
import type { SqliteRun, SqliteSetup } from './sqlite-contender.ts';

/** Sets up our queue on SQLite as users get it, or with every commit synced. */
export async function jobsSqlite(
  { path, concurrency, onStart }: SqliteSetup,
  synchronous: 'normal' | 'full' = 'normal',
): Promise<SqliteRun> {
  const sendMail = defineJob({
    name: 'send-mail',
    handler: async (_payload: MailPayload) => onStart(),
  });
  const backend = sqliteBackend({ path, synchronous });
  const queue = createQueue({ jobs: [sendMail], concurrency, backend });
  await queue.getStats();
  return {
    enqueue: (payload) => queue.enqueue(sendMail, payload),
    enqueueMany: (payloads) =>
      queue.enqueueMany(payloads.map((payload) => ({ job: sendMail, payload }))),
    start: () => queue.process(),
    close: () => queue.close({ timeout: 1000 }),
  };
}
