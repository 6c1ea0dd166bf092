import type { IQueue, JobDefinitions } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-postgres';
import pg from 'pg';

const connectionString = process.env['DATABASE_URL'] ?? '';

export const open = (jobs: JobDefinitions = []): IQueue =>
  createQueue({ name: `shop on ${process.version}`, jobs, lockDuration: 1000 });

export const transact = async (
  end: 'COMMIT' | 'ROLLBACK',
  work: (transaction: pg.Client) => Promise<unknown>,
): Promise<void> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query('BEGIN');
  await work(client);
  await client.query(end);
  await client.end();
};
