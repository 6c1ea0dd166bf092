import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

it('works where the program reads JSON and large integers in another way', async () => {
  const { builtins, setTypeParser } = pg.types;
  for (const type of [builtins.JSON, builtins.JSONB]) setTypeParser(type, (text) => text);
  setTypeParser(builtins.INT8, BigInt);
  const double = defineJob({
    name: 'double',
    concurrency: 2,
    // A worker that is later than a twentieth of this gives the job back.
    rateLimit: { max: 10, per: 60_000 },
    handler: (n: number) => n * 2,
  });
  const queue = createQueue({ postgres: server.url, jobs: [double] });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(double, 21))).toBe(42);
  expect(await queue.getLimits('double')).toMatchObject({ limits: { concurrency: 2 } });
  await queue.setLimits('double', { concurrency: 1 });
  expect(await queue.getLimits('double')).toMatchObject({ limits: { concurrency: 1 } });
  const { metrics } = queue.backend;
  const counts = { enqueued: 1 };
  const bucket = {
    minute: 0,
    name: 'double',
    counts,
    wait: { buckets: {}, sum: 0 },
    run: { buckets: {}, sum: 0 },
  };
  await metrics?.record({ buckets: [bucket] } as never);
  expect(await metrics?.read({ from: 0, to: 60_000 })).toMatchObject([{ counts }]);
  await queue.close();
});
