import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

const BYTES_PER_SECOND = 4_000_000;
const RESULT_BYTES = 10_000_000;

let bench: FaultBench;
let link: Server;
beforeEach(async () => {
  bench = await FaultBench.start();
  link = createServer((client) => {
    const server = connect(bench.server.port, '127.0.0.1');
    client.pipe(slowed()).pipe(server);
    server.pipe(client);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  link.listen(0, '127.0.0.1');
  await once(link, 'listening');
});
afterEach(async () => {
  await bench.end();
  link.close();
});

/** Lets through as many bytes a second as a slow link does. */
function slowed(): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      void sleep((chunk.length / BYTES_PER_SECOND) * 1000).then(() => done(null, chunk));
    },
  });
}

test('records large results over a slow link, each job run once', async () => {
  let runs = 0;
  const large = defineJob({
    name: 'large',
    handler: async () => {
      runs += 1;
      return 'x'.repeat(RESULT_BYTES);
    },
  });
  const { port } = link.address() as AddressInfo;
  const queue = bench.queue({
    redis: `redis://127.0.0.1:${port}`,
    jobs: [large],
    lockDuration: 30_000,
    maxResultBytes: 2 * RESULT_BYTES,
  });
  const errors: string[] = [];
  queue.on('error', ({ error }) => errors.push(error.message));
  await queue.process();
  const startedAt = performance.now();
  await queue.enqueueMany(Array.from({ length: 2 }, () => ({ job: 'large', payload: {} })));
  // Its calls go over the same connection, behind the results.
  await waitFor('both are done', async () => (await queue.getStats()).completed === 2, 60_000);
  const tookMs = Math.round(performance.now() - startedAt);
  printReport('10 MB results over 4 MB/s', {}, { runs, tookMs, errors });
  expect(runs).toBe(2);
  expect(errors).toEqual([]);
});
