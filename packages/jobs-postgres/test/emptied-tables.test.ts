import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

it('says what to do where the tables were emptied while schedules were fired', async () => {
  const queue = createQueue({ postgres: server.url });
  await queue.isPaused();
  const { schedules } = queue.backend;
  expect(await schedules?.due({ limit: 1 })).toMatchObject({ schedules: [] });
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query('TRUNCATE philjs_jobs.queues CASCADE');
  await client.end();
  await expect(schedules?.due({ limit: 1 })).rejects.toMatchObject({
    code: 'JOBS_BACKEND_UNAVAILABLE',
    message: expect.stringContaining('Restart the processes'),
  });
  await queue.close();
});
