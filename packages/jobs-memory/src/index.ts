/**
 * PhilJS Jobs in one process, with no server.
 *
 * @packageDocumentation
 */

export { createQueue } from './create-queue.ts';
export { createQueues } from './create-queues.ts';
export { InMemoryQueue, type InMemoryQueueOptions } from './in-memory-queue.ts';
export { type MemoryBackendOptions, memoryBackend } from './memory-backend.ts';
export { createMemoryStore } from './store/create-memory-store.ts';
export type { MemoryStore } from './store/memory-store.ts';
