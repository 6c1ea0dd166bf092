/**
 * PhilJS Jobs in one package: jobs, queues in memory, SQLite, PostgreSQL or Redis, schedules, metrics,
 * the dashboard and the command line.
 *
 * @packageDocumentation
 */
export * from '@philjs/jobs-core';
export * from '@philjs/jobs-memory';
export * from '@philjs/jobs-monitor';
export * from '@philjs/jobs-scheduler';
export { type CheckedJobsConfig, defineConfig, type JobsConfig } from './config/define-config.ts';
export { type AutoQueueOptions, createQueue } from './queue/create-queue.ts';
export { createQueues } from './queue/create-queues.ts';
