import { PGlite } from '@electric-sql/pglite';
import { defineJob } from '@philjs/jobs-core';
import { afterAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

const database = await PGlite.create();
afterAll(() => database.close());

it('runs jobs on PostgreSQL in this process, and leaves the database open', async () => {
  const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });
  const queue = createQueue({ postgres: database, jobs: [double] });
  await queue.process();
  const job = await queue.enqueue(double, 21);
  expect(await queue.waitFor(job)).toBe(42);
  await queue.close();
  expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});
