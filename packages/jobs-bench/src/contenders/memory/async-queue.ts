import { queue as createAsyncQueue } from 'async';
import type { MailPayload, MemoryRun, MemorySetup } from './memory-contender.ts';
import { wrapHandler } from './wrap-handler.ts';

/** Sets up async.queue with an async function as its worker. */
export async function asyncQueue(setup: MemorySetup): Promise<MemoryRun> {
  const handler = wrapHandler(setup.middleware, setup.onStart);
  const queue = createAsyncQueue<MailPayload>(
    async (payload: MailPayload) => handler(payload),
    setup.concurrency,
  );
  queue.pause();
  return {
    resolvesWhen: 'done',
    submit: (payload) => queue.pushAsync(payload),
    start: () => queue.resume(),
    done: async () => {
      if (!queue.idle()) await queue.drain();
    },
    close: async () => queue.kill(),
  };
}
