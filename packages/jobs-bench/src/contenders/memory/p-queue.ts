import PQueue from 'p-queue';
import type { MailPayload, MemoryRun, MemorySetup } from './memory-contender.ts';

/** Sets up p-queue. */
export async function pQueue({ concurrency, onStart }: MemorySetup): Promise<MemoryRun> {
  const handler = async (_payload: MailPayload): Promise<void> => {
    onStart?.();
  };
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
