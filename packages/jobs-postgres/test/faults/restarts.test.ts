import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer, WorkerProcesses } from '@philjs/jobs-faults';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';
import { ask } from './support/ask.ts';

/** How the server ends, and for how long it is away, in milliseconds. */
const RESTARTS = [
  ['SIGINT', 0],
  ['SIGINT', 3_000],
  ['SIGQUIT', 0],
  ['SIGQUIT', 8_000],
] as const;
/** The time that the README promises, with room for a busy machine. */
const AT_WORK_MS = 30_000;

test('ends no process whose pool the queue uses when the server restarts, and loses no job', async () => {
  const support = (name: string): string => join(import.meta.dirname, 'support', name);
  const workers = new WorkerProcesses(support('pooled-worker.ts'));
  const producers = new WorkerProcesses(support('pooled-producer.ts'));
  const server = await PostgresServer.start();
  onTestFinished(async () => {
    await workers.end();
    await producers.end();
    await server.stop();
  });
  await ask(server.url, 'CREATE TABLE effects (job text NOT NULL)');
  const running = [
    await workers.startReady(server.url, workers.notes),
    await workers.startReady(server.url, workers.notes),
  ];
  const producing = [await producers.startReady(server.url, producers.notes)];
  const atWorkMs: number[] = [];
  await workers.untilMoreEnded(20);
  for (const [signal, awayMs] of RESTARTS) {
    await server.kill(signal);
    await sleep(awayMs);
    await server.run();
    const backAt = performance.now();
    await workers.untilMoreEnded(1);
    atWorkMs.push(Math.round(performance.now() - backAt));
    // Both work on: one that had ended would be missed only by those that are left.
    await workers.untilMoreEnded(40);
  }
  const ended = [...running, ...producing].map(
    ({ exitCode, signalCode }) => exitCode ?? signalCode,
  );
  expect(ended).toEqual([null, null, null]);
  for (const producer of producing) {
    producer.kill('SIGTERM');
    expect(await once(producer, 'exit')).toEqual([0, null]);
  }
  const lines = readFileSync(producers.notes, 'utf8').trim().split('\n');
  const noted = (what: string): string[] =>
    lines.filter((line) => line.startsWith(what)).map((line) => line.split(' ')[1] ?? '');
  const accepted = noted('accepted');
  const queue = createQueue({ postgres: server.url });
  onTestFinished(() => queue.close());
  const open = async (): Promise<number> => {
    const { waiting, delayed, active } = await queue.getStats();
    return waiting + delayed + active;
  };
  while ((await open()) > 0) await sleep(50);
  const rows = (await ask(server.url, 'SELECT job FROM effects')) as { readonly job: string }[];
  const done = new Set(rows.map(({ job }) => job));
  const report = {
    ...{ accepted: accepted.length, lost: accepted.filter((id) => !done.has(id)).length },
    ...{ twice: rows.length - done.size, refused: noted('refused'), atWorkMs },
  };
  process.stdout.write(`restarts under a pool of the user's: ${JSON.stringify(report)}\n`);
  expect(report).toMatchObject({ lost: 0, twice: 0 });
  expect(await queue.getStats()).toMatchObject({ failed: 0, active: 0 });
  for (const ms of atWorkMs) expect(ms).toBeLessThan(AT_WORK_MS);
});
