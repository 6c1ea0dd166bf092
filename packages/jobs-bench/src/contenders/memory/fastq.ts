import fastq from 'fastq';
import type { MailPayload, MemoryRun, MemorySetup } from './memory-contender.ts';
import { wrapHandler } from './wrap-handler.ts';

/** Sets up fastq's promise API. */
export async function fastqPromise(setup: MemorySetup): Promise<MemoryRun> {
  const { concurrency, middleware, onStart } = setup;
  const queue = fastq.promise<unknown, MailPayload>(wrapHandler(middleware, onStart), concurrency);
  queue.pause();
  return {
    resolvesWhen: 'done',
    submit: (payload) => queue.push(payload),
    start: () => queue.resume(),
    done: () => queue.drained(),
    close: async () => queue.kill(),
  };
}
