import type { IQueue, JobDefinitions } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-sqlite';
import Database from 'libsql';

const path = './shop.sqlite';

export const open = (jobs: JobDefinitions = []): IQueue =>
  createQueue({ name: 'shop', path, driver: Database, jobs, lockDuration: 1000 });

export const transact = async (
  end: 'COMMIT' | 'ROLLBACK',
  work: (transaction: InstanceType<typeof Database>) => Promise<unknown>,
): Promise<void> => {
  const database = new Database(path);
  database.exec('BEGIN IMMEDIATE');
  await work(database);
  database.exec(end);
  database.close();
};
