/**
 * PhilJS Jobs on PostgreSQL: durable, on many machines, enqueued in your own transaction.
 *
 * @packageDocumentation
 */

export type { Queryable } from './connection/connection.ts';
export { createQueue } from './create-queue.ts';
export { createQueues } from './create-queues.ts';
export { postgresBackend } from './postgres-backend.ts';
export type { PostgresBackendOptions, PostgresTarget } from './postgres-options.ts';
export { PostgresQueue, type PostgresQueueOptions } from './postgres-queue.ts';
export { migrationSql } from './schema/migrations.ts';
