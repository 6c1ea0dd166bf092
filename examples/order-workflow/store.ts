// Where the jobs are kept: in memory. `@philjs/jobs-sqlite`, `@philjs/jobs-postgres` or `@philjs/jobs-redis` in
// its place keeps them beyond the process.
export { createQueue, createQueues } from '@philjs/jobs-memory';
