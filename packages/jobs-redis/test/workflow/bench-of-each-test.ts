import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { FlowBench } from './flow-bench.ts';

/** Starts a server for the tests of a file; `bench` is a new one, on the emptied server, in each test. */
export function benchOfEachTest(): { readonly server: RedisServer; readonly bench: FlowBench } {
  const own = {} as { server: RedisServer; bench: FlowBench };
  beforeAll(async () => {
    own.server = await RedisServer.start();
  });
  afterAll(() => own.server.stop());
  beforeEach(async () => {
    own.bench = new FlowBench(own.server);
    await own.bench.open();
  });
  afterEach(async () => {
    await own.bench.client.flushall();
    await own.bench.close();
  });
  return own;
}
