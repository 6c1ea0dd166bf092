import PQueue from 'p-queue';
import type { MemoryRun, MemorySetup } from './memory-contender.ts';
import { wrapHandler } from './wrap-handler.ts';

/** Sets up p-queue. */
export async function pQueue({
  concurrency,
  middleware,
  onStart,
}: MemorySetup): Promise<MemoryRun> {
  const handler = wrapHandler(middleware, onStart);
  const queue = new PQueue({ concurrency, autoStart: false });
  return {
    resolvesWhen: 'done',
    submit: (payload) => queue.add(() => handler(payload)),
    submitMany: (payloads) => queue.addAll(payloads.map((payload) => () => handler(payload))),
    start: () => {
      queue.start();
    },
    done: () => queue.onIdle(),
    close: async () => queue.clear(),
  };
}
