import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { createFaultProxy, type FaultProxy, RedisServer } from '@philjs/jobs-faults';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createQueue } from '../../src/redis-queue.ts';
import { printReport } from './support/report.ts';

const LEASE_MS = 2000;
const JOBS = 900;
const CUT = 20;

let server: RedisServer;
let proxy: FaultProxy;
beforeEach(async () => {
  server = await RedisServer.start();
  proxy = await createFaultProxy({ target: { port: server.port }, protocol: 'resp' });
});
afterEach(async () => {
  await proxy.close();
  await server.stop();
});

/** Whether a command is an exchange of a worker: it says in which field the answer is kept. */
function isExchange(words: readonly string[]): boolean {
  return words.some((word) => /:[0-9a-f]{12}(~\d+)?:\d$/.test(word));
}

test.each([
  ['cannot be read', { error: 'ERR stopped after it had handed out jobs' }],
  ['are cut', 'reset'],
] as const)(
  'leaves no job active, though its worker lives whose answers %s',
  async (title, answer) => {
    const starts = new Map<string, number>();
    const work = defineJob({
      name: 'work',
      handler: async (ms: number, ctx) => {
        starts.set(ctx.jobId, (starts.get(ctx.jobId) ?? 0) + 1);
        await sleep(ms);
      },
    });
    const queue = createQueue({
      ...{ redis: `redis://127.0.0.1:${proxy.port}`, jobs: [work], concurrency: 20 },
      lockDuration: LEASE_MS,
    });
    queue.on('error', () => undefined);
    let takenBack = 0;
    queue.on('stalled', () => {
      takenBack += 1;
    });
    const long = await queue.enqueue(work, 4 * LEASE_MS);
    await queue.enqueueMany(Array.from({ length: JOBS }, () => ({ job: work, payload: 20 })));
    await queue.process();
    for (let cut = 0; cut < CUT; cut++) {
      proxy.intercept({ command: isExchange, answer });
      await sleep(40);
    }
    proxy.heal();
    const healedAt = performance.now();
    let stats = await queue.getStats();
    while (stats.waiting + stats.delayed + stats.active > 0) {
      await sleep(50);
      stats = await queue.getStats();
      if (performance.now() - healedAt > 15 * LEASE_MS) break;
    }
    const ms = Math.round(performance.now() - healedAt);
    printReport(`answers that ${title}`, {}, { ...stats, cut: CUT, takenBack, ms });
    expect(stats).toMatchObject({ completed: JOBS + 1, active: 0, failed: 0 });
    expect(starts.get(long.id)).toBe(1);
    await queue.close();
  },
);
