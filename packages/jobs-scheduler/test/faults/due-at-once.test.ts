import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BackendFactory, createQueue, defineJob } from '@philjs/jobs-core';
import { PostgresServer, RedisServer, WorkerProcesses } from '@philjs/jobs-faults';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { expect, it, onTestFinished } from 'vitest';
import { Scheduler } from '../../src/index.ts';
import { backendOf } from './due-process.ts';

const SCHEDULES = 50_000;
const FIRST_DISTANCE_MS = 60_000;
const job = defineJob({ name: 'due', handler: async () => undefined });

/** A place for schedules: how to reach it, and what another process is told to reach it. */
interface Place {
  readonly backend: () => BackendFactory;
  readonly args?: readonly string[];
}

const places: Readonly<Record<string, (folder: string) => Promise<Place>>> = {
  memory: async () => {
    const store = createMemoryStore();
    return { backend: () => memoryBackend({ store }) };
  },
  SQLite: async (folder) => reached('sqlite', `${folder}/schedules.db`),
  PostgreSQL: async () => {
    const server = await PostgresServer.start();
    onTestFinished(() => server.stop());
    return reached('postgres', server.url);
  },
  Redis: async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    return reached('redis', server.url);
  },
};

function reached(kind: string, target: string): Place {
  return { backend: () => backendOf(kind, target), args: [kind, target] };
}

it.each(Object.keys(places))('fires 50,000 schedules that are due at once, on %s', async (name) => {
  const processes = new WorkerProcesses(new URL('./due-process.ts', import.meta.url).pathname);
  onTestFinished(() => processes.end());
  const place = await places[name]!(processes.folder);
  let took: number | undefined;
  for (let distance = FIRST_DISTANCE_MS; took === undefined; distance *= 2) {
    took = await fireAll(place, processes, distance);
  }
  process.stdout.write(`${name}: ${SCHEDULES} schedules due at once, fired in ${took} ms\n`);
});

/** Fires schedules that are due in a while; `undefined` where declaring them took longer than that. */
async function fireAll(
  { backend, args }: Place,
  processes: WorkerProcesses,
  distance: number,
): Promise<number | undefined> {
  const queueName = `due in ${distance}`;
  const queue = createQueue({ name: queueName, backend: backend(), jobs: [job] });
  const scheduler = new Scheduler(queue);
  onTestFinished(async () => {
    await scheduler.stop();
    await queue.close();
  });
  const at = Date.now() + distance;
  await scheduler.sync(Array.from({ length: SCHEDULES }, (_, n) => ({ ...item(at), id: `s${n}` })));
  const child = args && (await processes.startReady(...args, queueName));
  if (child === undefined) await scheduler.start();
  if (Date.now() >= at) return undefined;
  const store = queue.backend.schedules!;
  const isDone = async (): Promise<boolean> =>
    Date.now() > at && (await store.due({ limit: 1 })).schedules.length === 0;
  while (!(await isDone())) await sleep(250);
  const took = Date.now() - at;
  if (child !== undefined) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  expect((await queue.getStats()).total).toBe(SCHEDULES);
  return took;
}

function item(at: number): { readonly job: typeof job; readonly at: Date } {
  return { job, at: new Date(at) };
}
