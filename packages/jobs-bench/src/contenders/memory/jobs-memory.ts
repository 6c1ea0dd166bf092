import { type BackendFactory, createQueue, defineJob } from '@philjs/jobs-core';
import { memoryBackend } from '@philjs/jobs-memory';
import { tally } from '../tally.ts';
import type { MailPayload, MemoryRun, MemorySetup } from './memory-contender.ts';

/** Sets up our queue as users get it: full records, copies, retention, and events with listeners. */
export async function jobsMemory(
  { concurrency, onStart }: MemorySetup,
  backend: BackendFactory = memoryBackend(),
): Promise<MemoryRun> {
  const sendMail = defineJob({
    name: 'send-mail',
    handler: async (_payload: MailPayload) => {
      onStart?.();
    },
  });
  const queue = createQueue({ jobs: [sendMail], concurrency, backend });
  const all = tally();
  queue.on('completed', all.count);
  queue.on('failed', ({ error }) => all.fail(new Error(error.message)));
  queue.on('error', ({ error }) => all.fail(error));
  await queue.getStats();
  return {
    resolvesWhen: 'stored',
    submit: (payload) => queue.enqueue(sendMail, payload),
    submitMany: (payloads) =>
      queue.enqueueMany(payloads.map((payload) => ({ job: sendMail, payload }))),
    start: () => queue.process(),
    done: all.reached,
    close: () => queue.close(),
  };
}
