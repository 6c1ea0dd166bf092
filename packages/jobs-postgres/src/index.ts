/**
 * PhilJS Jobs on PostgreSQL: durable, on many machines, enqueued in your own transaction.
 *
 * @packageDocumentation
 */

export type { Queryable } from './connection/connection.ts';
export type { PostgresTransaction } from './connection/transaction-client.ts';
export { createQueue } from './create-queue.ts';
export { createQueues } from './create-queues.ts';
export { type MigrateOptions, migrate } from './migrate.ts';
export { postgresBackend } from './postgres-backend.ts';
export type { PostgresBackendOptions, PostgresTarget } from './postgres-options.ts';
export { PostgresQueue, type PostgresQueueOptions } from './postgres-queue.ts';
export type { MigrationWait } from './schema/migration-wait.ts';
export { migrationSql } from './schema/migrations.ts';
export {
  type DrizzleSql,
  type DrizzleTransaction,
  fromDrizzle,
} from './transactions/from-drizzle.ts';
export { fromKnex, type KnexTransaction } from './transactions/from-knex.ts';
export { fromKysely, type KyselyTransaction } from './transactions/from-kysely.ts';
export { fromPostgresJs, type PostgresJsTransaction } from './transactions/from-postgres-js.ts';
