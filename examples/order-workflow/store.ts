// Where the jobs are kept: in memory. `@philjs/jobs-sqlite` or `@philjs/jobs-postgres` in its place keeps them beyond the process.
export { createQueues } from '@philjs/jobs-memory';
