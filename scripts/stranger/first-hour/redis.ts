import type { IQueue, JobDefinitions } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-redis';

export const open = (jobs: JobDefinitions = []): IQueue =>
  createQueue({ name: 'shop', jobs, lockDuration: 1000 });

/** Redis has no transaction of the user's. */
export const transact = undefined;
