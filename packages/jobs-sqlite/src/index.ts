/**
 * PhilJS Jobs in a SQLite file: durable on one machine, with no server.
 *
 * @packageDocumentation
 */

export { createQueue } from './create-queue.ts';
export { createQueues } from './create-queues.ts';
export type { SqliteDatabase, SqliteDriver, SqliteStatement } from './database/sqlite-driver.ts';
export { sqliteBackend } from './sqlite-backend.ts';
export type { SqliteBackendOptions } from './sqlite-options.ts';
export { SqliteQueue, type SqliteQueueOptions } from './sqlite-queue.ts';
