import type { MemoryStore } from './memory-store.ts';
import { QueueRegistry } from './queue-registry.ts';

/**
 * Makes a store to give to `createQueue({ store })` or `memoryBackend({ store })`. Queues of one name in one store
 * share their jobs, which stay there when all of the queues are closed. Without a store, jobs live in the process's
 * own, from the time the first queue of their name is made until the last one is closed.
 *
 * @example
 * const store = createMemoryStore();
 * const before = createQueue({ name: 'mail', store });
 * await before.enqueue(sendEmail, { to: 'ada@example.com' });
 * await before.close();
 * const after = createQueue({ name: 'mail', store, jobs: [sendEmail] }); // still has the job
 */
export function createMemoryStore(): MemoryStore {
  return new QueueRegistry({ keepsUnused: true });
}
