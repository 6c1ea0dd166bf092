/**
 * PhilJS Jobs over HTTP, the client: a backend whose jobs are on a server, made by `createRemote` of
 * `@philjs/jobs-remote/server`.
 *
 * @packageDocumentation
 */

export { createQueue } from './client/create-queue.ts';
export { createQueues } from './client/create-queues.ts';
export { remoteBackend } from './client/remote-backend.ts';
export type { RemoteBackendOptions } from './client/remote-options.ts';
export { RemoteQueue, type RemoteQueueOptions } from './client/remote-queue.ts';
