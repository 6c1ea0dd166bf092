import { createQueue, defineJob } from '@philjs/jobs-core';
import { postgresBackend } from '@philjs/jobs-postgres';
import type { MailPayload } from '../memory/memory-contender.ts';
import type { PostgresRun, PostgresSetup } from './postgres-contender.ts';

/** Sets up our queue on PostgreSQL as users get it. */
export async function jobsPostgres({
  url,
  concurrency,
  onStart,
}: PostgresSetup): Promise<PostgresRun> {
  const sendMail = defineJob({
    name: 'send-mail',
    handler: async (_payload: MailPayload) => onStart(),
  });
  const backend = postgresBackend({ postgres: url });
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
