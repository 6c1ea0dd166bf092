import { DatabaseSync } from 'node:sqlite';
import type { IQueue, JobDefinitions } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-sqlite';

const path = './shop.sqlite';

export const open = (jobs: JobDefinitions = []): IQueue =>
  createQueue({ name: 'shop', path, jobs, lockDuration: 1000 });

export const transact = async (
  end: 'COMMIT' | 'ROLLBACK',
  work: (transaction: DatabaseSync) => Promise<unknown>,
): Promise<void> => {
  const database = new DatabaseSync(path);
  database.exec('BEGIN IMMEDIATE');
  await work(database);
  database.exec(end);
  database.close();
};
