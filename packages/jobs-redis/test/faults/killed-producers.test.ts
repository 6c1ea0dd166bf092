import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RedisServer } from '@philjs/jobs-faults';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/redis-queue.ts';
import { largeWorkflow, last, MEMBERS, member } from './support/large-workflow.ts';
import { printReport } from './support/report.ts';
import { sleep } from './support/wait-for.ts';

const PROGRAM = fileURLToPath(new URL('support/workflow-producer.ts', import.meta.url));
const KILLS = 2;
/** About as long as it takes to add a workflow. */
const ADDS_MS = 300;

test('runs a workflow once whose producer is killed while it adds it, and that is added again', async () => {
  const server = await RedisServer.start();
  let runs = 0;
  const queue = createQueue({
    ...{ redis: server.url, name: 'killed', jobs: [member, last], concurrency: 50 },
    ...{ backendTimeout: 60_000, enqueueTimeout: 60_000 },
    middleware: [
      (_payload, _ctx, next) => {
        runs += 1;
        return next();
      },
    ],
  });
  onTestFinished(async () => {
    await queue.close();
    await server.stop();
  });
  const found: number[] = [];
  for (let kill = 1; kill <= KILLS; kill++) {
    const args = ['--disable-warning=ExperimentalWarning', PROGRAM, server.url, queue.name];
    const producer = spawn(process.execPath, [...args, `flow-${kill}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(producer, 'exit');
    await once(producer.stdout, 'data');
    await sleep(ADDS_MS * Math.random());
    producer.kill('SIGKILL');
    await ended;
    found.push((await queue.getStats()).total - (kill - 1) * (MEMBERS + 1));
    await queue.enqueueMany(largeWorkflow(`flow-${kill}`));
    const { waiting, blocked } = await queue.getStats();
    expect([waiting, blocked]).toEqual([kill * MEMBERS, kill]);
  }
  await queue.process();
  for (let kill = 1; kill <= KILLS; kill++)
    expect(await queue.waitFor(`flow-${kill}`)).toBe(MEMBERS);
  printReport('producers of workflows killed', {}, { found, runs });
  expect(runs).toBe(KILLS * (MEMBERS + 1));
  expect(await queue.getStats()).toMatchObject({ waiting: 0, blocked: 0, failed: 0, active: 0 });
});
